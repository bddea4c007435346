"""`python -m bench [NAME …]`: run all or the named measurements, print them, and write docs/performance.md."""

from __future__ import annotations

import datetime
import importlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure

MODULES = [
    "event_hash",
    "capturing",
    "indexer",
    "publishing",
    "verifying",
    "console",
    "queries",
    "search",
    "tracing",
    "inventory",
    "sentinel",
    "issuing",
    "page_load",
]
REPORT = Path(__file__).parent.parent / "docs" / "performance.md"
HEADER = "| figure | ratio | target | reached | measured | held against |\n|---|---|---|---|---|---|"


def main(names: list[str]) -> int:
    """Measure and report; exit 1 when a target was missed."""
    figures = []
    for figure in measure(names or MODULES):
        print(figure.row(), flush=True)
        figures.append(figure)
    if not names:
        REPORT.write_text(report(figures))
        print(f"written to {REPORT.relative_to(Path.cwd())}")
    return 0 if all(figure.reached for figure in figures) else 1


def measure(names: list[str]) -> Iterator[Figure]:
    """The figures of the named modules; each has a function `figures()`."""
    for name in names:
        print(f"# {name}", file=sys.stderr, flush=True)
        yield from importlib.import_module(f"bench.{name}").figures()


def report(figures: list[Figure]) -> str:
    """docs/performance.md."""
    rows = "\n".join(figure.row() for figure in figures)
    return f"""# Performance

Written by `make bench` on {datetime.date.today()}: {machine()}.
Ratios within one run; the machine is small and shared, so single seconds vary by a factor of two, ratios much less.

{HEADER}
{rows}
"""


def machine() -> str:
    """Processor, cores, memory, system."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {system}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
