"""Log lines: one JSON object a line on standard error, readable text on a terminal.

`log.info("capture.finished", capture=…, events=…)`: the event's name and fields of `fields.FIELDS`, nothing else; `error=` takes an
exception. What the libraries log by Python's own `logging` is led here too, but only where it stands and of what kind it is: their
words may repeat what they were given. `bound` gives everything that is said inside it the same fields, such as the request's id.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars

from telemetry import fields
from telemetry.faults import told

Line = MutableMapping[str, Any]
bound = bound_contextvars
_QUOTED = ("uvicorn", "alembic")  # libraries that speak of themselves only
_LONGEST_LINE = 8192
_process = ["command"]  # which process this is: api, capture, publish …
_least = [logging.INFO]  # what is said at least


class Stderr:
    """Standard error as it is at the moment. A line is never worth the work: on a full disk it is dropped."""

    def msg(self, line: str) -> None:
        """Write one line."""
        try:
            sys.stderr.write(line[:_LONGEST_LINE] + "\n")
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            return

    debug = info = warning = error = critical = msg


def _stamped(_logger: object, method: str, line: Line) -> Line:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"time": moment.replace("+00:00", "Z"), "level": method, "event": line.pop("event", ""), "process": _process[0], **line}


def _heard(_logger: object, method: str, line: Line) -> Line:
    if logging.getLevelNamesMapping()[method.upper()] < _least[0]:
        raise structlog.DropEvent
    return line


def _explained(_logger: object, _method: str, line: Line) -> Line:
    error = line.pop("error", None)
    return {**told(error), **line} if isinstance(error, BaseException) else line


def _kept(_logger: object, _method: str, line: Line) -> Line:
    return fields.kept(line)


def _rendered(_logger: object, _method: str, line: Line) -> str:
    """For people on a terminal, for machines everywhere else."""
    if _terminal(sys.stderr):
        return _PRETTY(None, "", line)
    return orjson.dumps(line).decode()


_PRETTY = structlog.dev.ConsoleRenderer(timestamp_key="time", sort_keys=False)
_PROCESSORS: list[Callable[..., Any]] = [_heard, merge_contextvars, _explained, _stamped, _kept, _rendered]
log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
    Stderr(), processors=_PROCESSORS, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), cache_logger_on_first_use=True
)


def start(process: str, least: int = logging.INFO) -> None:
    """Name this process and lead everything that it would say by other ways here: libraries, and errors that nobody catches.

    `least`: a level of `logging`; what matters less is not said.
    """
    _process[0], _least[0] = process, least
    root = logging.getLogger()
    root.handlers, root.level = [_Foreign()], logging.INFO
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = [], True
    logging.getLogger("uvicorn.access").disabled = True  # it names paths as they were asked for
    logging.getLogger("uvicorn.error").addFilter(_no_handshake)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _no_handshake(record: logging.LogRecord) -> bool:
    """What uvicorn says of a websocket names its path as it was asked for; `api.routes.streams` tells of streams. Failures are told."""
    return not record.module.startswith("websockets") or record.exc_info is not None


class _Foreign(logging.Handler):
    """Python's `logging` as lines of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record; quoted only if its library is known to speak of itself."""
        place = f"{record.module}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage() if record.name.split(".")[0] in _QUOTED and error is None else None
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        log.log(level, "library", logger=record.name[:64], place=place, reason=said, error=error)


def _uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process.failed", error=error)


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        log.critical("thread.failed", error=arguments.exc_value)


def _unraisable(arguments: Any) -> None:  # noqa: ANN401 (sys.UnraisableHookArgs, which has no name at run time)
    log.error("library", logger="python", error=arguments.exc_value)


def _terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
