"""Options that point the conformance suite at a server; README.md tells how. Without them it starts our own."""

from __future__ import annotations

import pytest

SUITE = "tests/epcis/conformance/"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("EPCIS 2.0 conformance")
    group.addoption("--epcis-url", metavar="URL", help="the EPCIS 2.0 server to test; only tests that speak to it are run")
    group.addoption("--epcis-header", metavar="'NAME: VALUE'", action="append", help="a header of every request, such as Authorization")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("epcis_url", None):
        others = [item for item in items if not item.nodeid.startswith(SUITE)]
        items[:] = [item for item in items if item.nodeid.startswith(SUITE)]
        config.hook.pytest_deselected(items=others)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What the server does not offer, which is no failure."""
    if not config.getoption("epcis_url", None):
        return
    reasons = sorted({report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")})
    terminalreporter.section(f"EPCIS 2.0 conformance of {config.getoption('epcis_url')}")
    for reason in reasons or ["everything that the suite asks for is offered"]:
        terminalreporter.line(reason if reasons == [] else f"not offered: {reason}")
