"""A log line holds what the list of fields allows, in its form, and nothing else whatever it is given."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ledger_client.errors import InvalidInput, NodeUnavailable
from telemetry import fields, logs
from telemetry.logs import bound, log

ROOT = Path(__file__).parents[2]
PACKAGES = ("telemetry", "records", "indexer", "accounts", "sentinel", "quality", "analytics", "api", "scripts")
MARKER = "swordfish"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """The lines that were written so far."""
    lines: list[Any] = []

    def read() -> list[Any]:
        lines.extend(map(json.loads, capsys.readouterr().err.splitlines()))
        return lines

    return read


@pytest.fixture
def started() -> Any:
    """A process that logs through us, put back afterwards."""
    root, names = logging.getLogger(), ("uvicorn", "uvicorn.error", "uvicorn.access")
    kept = root.handlers, root.level
    theirs = [(logging.getLogger(name), logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in names]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    logs.start("tested")
    yield
    root.handlers, root.level = kept
    for logger, handlers, propagate in theirs:
        logger.handlers, logger.propagate, logger.disabled = handlers, propagate, False
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logs._process[0] = "command"


def test_a_line_is_one_json_object_with_time_level_event_process_and_the_requests_id(said):
    with bound(request_id="r-1"):
        log.info("capture.finished", capture="5a1c", events=3, seconds=0.12345678, signer=b"\1" * 20)
    (line,) = said()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "event": "capture.finished",
        "process": "command",
        "request_id": "r-1",
        "capture": "5a1c",
        "events": 3,
        "seconds": 0.123457,
        "signer": "0x" + "01" * 20,
    }


def test_a_field_that_is_not_listed_is_dropped_and_named(said):
    log.info("capture.finished", payload=MARKER, password=MARKER)
    assert said()[0]["dropped"] == ["payload", "password"]
    assert MARKER not in str(said())


@pytest.mark.parametrize("name", sorted(set(fields.FIELDS) - {"event", "level", "time", "process", "error"}))
@pytest.mark.parametrize("value", [{"bizStep": MARKER}, [{"secret": MARKER}], MARKER.encode() * 3, MARKER + "\0", object()])
def test_no_field_takes_what_could_be_a_payload_or_a_secret(said, name, value):
    log.info("tested", **{name: value})
    told = said()[0][name]
    assert told in (fields.WITHHELD, [fields.WITHHELD]) or fields.FIELDS[name] is fields.remark


def test_a_remark_is_one_short_line(said):
    log.info("lane.paused", reason="x" * 999 + "\n" + MARKER)
    assert said()[0]["reason"] == "x" * 300


def test_an_error_tells_its_kind_place_and_causes_and_not_what_it_said(said):
    try:
        try:
            raise ValueError(MARKER)
        except ValueError as cause:
            raise InvalidInput("payload", f"is {MARKER!r}") from cause
    except InvalidInput as error:
        log.error("request.failed", error=error)
    (line,) = said()
    assert (line["error"], line["caused_by"]) == ("InvalidInput", ["ValueError"])
    assert line["trace"].startswith("tests/telemetry/test_lines.py:")
    assert MARKER not in str(line)


def test_what_the_chains_node_said_is_quoted(said):
    log.error("chain.down", error=NodeUnavailable("connection refused"))
    assert said()[0]["reason"] == "connection refused"


@pytest.mark.usefixtures("started")
def test_libraries_are_led_here_without_their_words_unless_they_speak_of_themselves(said):
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s", "http://127.0.0.1:1")
    logging.getLogger("sqlalchemy.engine").warning("INSERT … %s", MARKER)
    logging.getLogger("asyncio").error(f"exception {MARKER}", exc_info=ValueError(MARKER))
    first, second, third = said()
    assert first["reason"] == "Uvicorn running on http://127.0.0.1:1"
    assert second["logger"] == "sqlalchemy.engine"
    assert (third["level"], third["error"]) == ("error", "ValueError")
    assert MARKER not in str(said())


@pytest.mark.usefixtures("started")
def test_what_nobody_catches_is_a_line_too(said):
    error = ValueError(MARKER)
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=lambda: json.loads(MARKER))
    thread.start()
    thread.join()
    assert [line["event"] for line in said()] == ["process.failed", "thread.failed"]
    assert MARKER not in str(said())


def test_a_full_disk_stops_nobody(monkeypatch):
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    log.info("capture.finished", events=1)


def test_a_terminal_shows_lines_for_people(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    log.info("capture.finished", events=3, payload=MARKER)
    assert "capture.finished" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    assert MARKER not in stream.getvalue()


def said_in_code() -> list[tuple[str, ast.Call]]:
    """Every call of the logger in our code."""
    found = []
    for file in [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "log":
                assert isinstance(node, ast.Call)
                found.append((f"{file.relative_to(ROOT)}:{node.lineno}", node))
    return found


def test_no_line_of_our_code_uses_a_field_that_is_not_listed():
    calls = said_in_code()
    assert len(calls) > 15
    wrong = [(place, one.arg) for place, call in calls for one in call.keywords if one.arg and one.arg not in fields.FIELDS]
    assert wrong == []


def test_no_other_code_prints_or_logs_by_itself():
    """`scripts` are commands that answer on standard output; everything else says what it has to say through `telemetry`."""
    wrong = []
    for package in set(PACKAGES) - {"scripts", "telemetry"}:
        for file in (ROOT / package).rglob("*.py"):
            if re.search(r"^import logging|\bprint\(|\btraceback\.", file.read_text(), re.MULTILINE):
                wrong.append(str(file.relative_to(ROOT)))
    assert wrong == []
