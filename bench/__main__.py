"""`python -m bench [NAME …]`: run all or the named measurements, print them, and write their rows into docs/performance.md.

`inventory:1000000` measures in a store of so many events; those of other names are fixed.
"""

from __future__ import annotations

import datetime
import importlib
import os
import platform
import sys
from collections.abc import Iterator, Mapping
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
HEADER = "| figure | ratio | target | reached | measured | held against | on |\n|---|---|---|---|---|---|---|"


def main(names: list[str]) -> int:
    """Measure and report; exit 1 when a target was missed. What was not measured keeps its row, with the day it is of."""
    figures, today = [], datetime.date.today()
    for figure in measure(names or MODULES):
        print(figure.row(today), flush=True)
        figures.append(figure)
    rows = {figure.name: figure.row(today) for figure in figures}
    here = machine()
    if names and here.partition(" GiB")[0] not in REPORT.read_text():
        print(f"not written: {REPORT.name} is of another machine than {here}", file=sys.stderr)
    else:
        REPORT.write_text(report((earlier() if names else {}) | rows, here))
        print(f"written to {REPORT.relative_to(Path.cwd())}")
    return 0 if all(figure.reached for figure in figures) else 1


def measure(names: list[str]) -> Iterator[Figure]:
    """The figures of the named modules; each has a function `figures()`."""
    for name in names:
        print(f"# {name}", file=sys.stderr, flush=True)
        module, _, events = name.partition(":")
        yield from importlib.import_module(f"bench.{module}").figures(*([int(events)] if events else []))


def earlier() -> dict[str, str]:
    """Figure -> its row, as the report has it."""
    table = REPORT.read_text().partition(HEADER)[2].split("\n\n")[0]
    return {row.split(" | ")[0].removeprefix("| "): row for row in table.strip().splitlines()}


def report(rows: Mapping[str, str], here: str) -> str:
    """docs/performance.md."""
    table = "\n".join(rows.values())
    return f"""# Performance

Written by `python -m bench` on {here}.
Ratios within one run; the machine is small and shared, so single seconds vary by a factor of two, ratios much less.
The last column says on which day a figure was measured: `make bench` measures all of them, `python -m bench NAME` some.

{HEADER}
{table}
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
