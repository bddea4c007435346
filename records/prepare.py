"""From an event to everything a record holds, without a database: judged, normalised, hashed, committed, sealed.

The heavy part of capturing; a pure function of the event and its document, but for the fresh secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from ledger_client import canonical, commitment
from ledger_client.disclosure import kind_of
from ledger_client.epcis.document import Document
from ledger_client.epcis.items import items as items_of
from ledger_client.epcis.json_value import Event
from ledger_client.epcis.judge import judge
from ledger_client.epcis.pieces import Piece
from ledger_client.epcis.schema_messages import BrokenRule
from ledger_client.epcis.vocabulary import terms
from ledger_client.errors import InvalidEvent, InvalidInput
from ledger_client.genealogy import Part, parts_of
from ledger_client.sentences import as_json, sentence, with_texts
from records import contents
from records.columns import now
from records.contents import Content
from records.keyring import Keyring, Sealing
from records.seals import payload_mac
from telemetry.logs import log

LARGEST = 1024 * 1024  # bytes of a payload; every page and bundle of each of its items carries it
LONGEST_ID = 1000  # bytes of an event id: databases index it
LONGEST_STEP = 250  # characters of a business step that can be asked for
_DECLARATION = "errorDeclaration"
_PLAIN = (canonical.encode, canonical.properties)
_FAST = (canonical.encode_exact, canonical.properties_exact)


class Prepared(NamedTuple):
    """An event that keeps every rule, ready to be stored; a tuple, because it is made and sent between processes by the thousand."""

    path: str  # in its document
    event_id: str
    event_type: str
    event_time: datetime
    biz_step: str | None
    captured_at: datetime
    signer: bytes
    sealed: bytes  # payload and secret (`contents`)
    wrapped: bytes  # the key of that, wrapped by
    kek_version: int  # this master key
    payload_mac: bytes
    commitment: bytes
    declaration: bool  # it declares an earlier event of this id to be in error (spec 3.4)
    items: tuple[str, ...]  # canonical codes
    creates: tuple[str, ...] = ()  # of these, what the event brings into being
    took: tuple[Part, ...] = ()  # who took part, for the genealogy


class Problem(NamedTuple):
    """What is wrong, in words that can be stored and sent to another process."""

    path: str  # JSON path in the document
    problem: str
    rule: str  # path into the EPCIS schema, or name of the rule; empty if the problem says it all
    fix: str

    def as_json(self) -> dict[str, object]:
        """As it is stored; beside the texts how they were made, where they hold values."""
        made = {f"{name}Made": kept for name, text in (("problem", self.problem), ("fix", self.fix)) if (kept := as_json(text))}
        return self._asdict() | made

    def error(self) -> InvalidEvent:
        """The same as an exception."""
        if not self.rule:
            return InvalidEvent(self.path, self.problem, self.fix)
        return BrokenRule(self.path, self.problem.removesuffix(f" [rule {self.rule}]"), self.fix, self.rule)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that breaks a rule, and which."""

    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, object]:
        """The first problem, and the others behind it."""
        first, *others = [problem.as_json() for problem in self.problems]
        return {**first, "others": others} if others else first


def prepare(event: Event, document: Document, path: str, sealing: Sealing) -> Prepared | Rejected:
    """Judge one event of a document and prepare its record (spec 3 and 4)."""
    judged = judge(event, document, path)
    if judged.problems:
        return Rejected(tuple(map(_problem, judged.problems)))
    try:
        return _prepare(judged.event, judged.items, path, sealing, exact=document.exact)
    except InvalidEvent as error:
        return Rejected((_problem(error),))
    except InvalidInput as error:
        return Rejected(
            (_problem(InvalidEvent(path, sentence("{field} {problem}", field=error.field, problem=sentence(error.problem)), error.fix)),)
        )


def prepare_all(document: Document, sealing: Sealing) -> list[Prepared | Rejected]:
    """Prepare every event of a document, in order."""
    pairs = zip(document.events, document.paths, strict=True)
    return [contained(path, partial(prepare, event, document, path, sealing)) for event, path in pairs]


def prepare_part(part: Piece | Document, sealing: Sealing) -> list[Prepared | Rejected]:
    """Prepare the events of a piece of a document; what a process of `pool` does."""
    return prepare_all(part.read() if isinstance(part, Piece) else part, sealing)


def contained(path: str, work: Callable[[], Prepared | Rejected]) -> Prepared | Rejected:
    """Do the work; a fault of our own rejects that one event, so that it never holds up everybody else's queue."""
    try:
        return work()
    except Exception as fault:  # noqa: BLE001 (whatever it is, it is logged and told)
        log.error("event.not_judged", error=fault)
        fix = "this is a fault of the server, not of the event; the document is kept: tell the operator"
        return Rejected((Problem(path, sentence("could not be judged ({name})", name=type(fault).__name__), "", fix),))


def opened(ring: Keyring, event: Prepared) -> Content:
    """What is about to be stored, for a check that has to look into it."""
    return contents.content(ring, event.commitment, event.signer, event.captured_at, event.sealed, event.kek_version, event.wrapped)


def check_size(text: bytes, path: str) -> None:
    """InvalidEvent for an event whose canonical text is too large."""
    if len(text) > LARGEST:
        raise InvalidEvent(
            path,
            sentence("has {count:,} bytes, at most {most:,} (1 MB) are taken", count=len(text), most=LARGEST),
            "shorten its texts, or split it into several events",
        )


def _prepare(event: Event, items: list[str], path: str, sealing: Sealing, *, exact: bool) -> Prepared:
    encode, properties = _FAST if exact else _PLAIN
    text = encode(event)
    check_size(text, path)
    secret, moment, step = commitment.secret(), now(), business_step(event)
    committed = commitment.commit_values(properties(event), secret)
    sealed, wrapped = contents.seal(sealing, text, secret, committed, moment)
    return Prepared(
        path=path,
        event_id=_name(event, "eventID", path),
        event_type=_name(event, "type", path),
        event_time=_time(event, path),
        biz_step=step,
        captured_at=moment,
        signer=sealing.signer,
        sealed=sealed,
        wrapped=wrapped,
        kek_version=sealing.version,
        payload_mac=payload_mac(sealing.lookup, sha256(text).digest()),
        commitment=committed,
        declaration=_DECLARATION in event,
        items=(named := tuple(items)),
        creates=_created(event, named, step),
        took=parts_of(event),
    )


def business_step(event: Event) -> str | None:
    """The step as policies know it: a bare word where the CBV has it, whatever its spelling, else a URI. None: it has none that is kept."""
    step = event.get("bizStep")
    if step in terms("BizStep"):
        return str(step)
    found = kind_of(event).step
    return found if found and len(found) <= LONGEST_STEP and "\0" not in found else None


def _created(event: Event, named: tuple[str, ...], step: str | None) -> tuple[str, ...]:
    """What is commissioned (ADD), or comes out of a transformation (EPCIS 2.0 7.4.2, 7.4.6; CBV 2.0 7.1)."""
    if event["type"] == "TransformationEvent":
        outputs = {name: event[name] for name in ("outputEPCList", "outputQuantityList", "@context") if event.get(name)}
        return tuple(items_of(outputs)) if outputs.keys() - {"@context"} else ()
    return named if step == "commissioning" and event.get("action") == "ADD" and event["type"] == "ObjectEvent" else ()


def _name(event: Event, name: str, path: str) -> str:
    text = str(event[name])
    if "\0" in text:
        raise InvalidEvent(f"{path}.{name}", "holds a NUL character", "leave it out")
    if len(text) > LONGEST_ID // 4 and len(text.encode()) > LONGEST_ID:
        raise InvalidEvent(
            f"{path}.{name}",
            sentence("has {count} bytes, at most {most} can be kept", count=len(text.encode()), most=LONGEST_ID),
            "give a shorter one",
        )
    return text


def _time(event: Event, path: str) -> datetime:
    text = str(event.get("eventTime", ""))
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the second at the very edge of the calendar
        raise InvalidEvent(
            f"{path}.eventTime", sentence("{text!r} is no moment", text=text), "write it like 2026-09-01T06:10:00+08:00"
        ) from None


def _problem(error: InvalidEvent) -> Problem:
    """Whatever the event held (half characters, say), the words about it can be stored."""
    words = (error.field, error.problem, str(getattr(error, "rule", "")), error.fix)
    return Problem(*(with_texts(text, lambda part: part.encode("utf-8", "backslashreplace").decode()) for text in words))
