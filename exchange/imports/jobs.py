"""An import: tried, which stores nothing, or done, which hands its events to `records.capture` as one document.

`place` writes the import, its rows and the capture in one transaction; what follows is the capture's own work, which a kill does not hurt.
The caller's key makes it one import however often it is sent; a row's own key makes the row one event however often it is imported.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from exchange.imports import files, mappings, rows
from exchange.imports.event import Setting
from exchange.imports.mapping import Mapping, check_columns
from exchange.imports.models import Import, ImportMapping, ImportRow
from exchange.imports.report import Told
from exchange.imports.rows import Reading
from exchange.imports.table import Table
from issuing.recognising import own_schemes
from issuing.texts import line
from ledger_client.epcis.document import read
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import as_json, sentence
from records import capture
from records.bulk import insert_rows
from records.capture import Check
from records.columns import now
from records.database import insert_for
from records.keyring import keyring_of
from records.models import Behaviour, Outcome, Record
from records.parts import parts
from records.prepare import Prepared, Rejected, prepare_all
from records.row_seals import seal
from records.seals import payload_mac

LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Whose:
    """For which member, and by which signer, events are recorded; `by`: the account's name."""

    member_id: int
    signer: bytes
    by: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to import. `key`: the caller's own."""

    content: bytes = field(repr=False)
    mapping: ImportMapping
    key: str
    behaviour: Behaviour = Behaviour.PROCEED
    file_name: str = ""


def reading(session: Session, whose: Whose, table: Table, mapping: Mapping, name: str) -> tuple[Reading, Setting]:
    """The events of a table; the mapping's name keeps equal row keys of two kinds of files apart."""
    check_columns(mapping, table.columns)
    setting = Setting(mapping, now(), f"{whose.member_id}\0{name}", own_schemes(session, whose.member_id))
    return rows.read(table, setting), setting


def trial(session: Session, whose: Whose, table: Table, mapping: Mapping, name: str, check: Check | None = None) -> list[Told]:
    """What an import would make of each row, in the order of the file. Stores nothing."""
    found, setting = reading(session, whose, table, mapping, name)
    judged = _judged(session, whose, found, setting, check)
    return [_told(one, judged) for one in found.lines]


def place(session: Session, whose: Whose, wanted: Wanted) -> tuple[Import, bool]:
    """The import, and whether it is new. InvalidInput for a file that cannot be read; Conflict for another one under the same key."""
    key = line("Idempotency-Key", wanted.key, LONGEST_KEY)
    mac = payload_mac(keyring_of(session).sealing(whose.signer).lookup, sha256(wanted.content).digest())
    before = _before(session, whose.member_id, key)
    if before is not None:
        return _same(before, mac, wanted), False
    found, setting = reading(session, whose, files.read(wanted.content), mappings.said(wanted.mapping), wanted.mapping.name)
    handed = bool(found.events) and not (wanted.behaviour == Behaviour.ROLLBACK and any(one.fault for one in found.lines))
    row = {"id": str(uuid.uuid4()), "member_id": whose.member_id, "key": key, "file_mac": mac, "behaviour": wanted.behaviour}
    row |= {"file_name": wanted.file_name[:200].replace("\0", ""), "mapping_id": wanted.mapping.id, "rows": len(found.lines)}
    row |= {"events": len(found.events), "made_at": now(), "made_by": whose.by[:200]}
    row["capture_id"] = _handed(session, whose, found, setting, wanted.behaviour) if handed else None
    if session.scalar(insert_for(session, Import).values(row).on_conflict_do_nothing().returning(Import.id)) is None:
        raise Conflict(sentence("the key {key} was used by another request in this moment; send it again", key=key))
    insert_rows(session, ImportRow, [_row(str(row["id"]), one, handed=handed) for one in found.lines])
    made = session.get_one(Import, row["id"])
    seal(session, made)
    return made, True


def one(session: Session, import_id: str, member_id: int) -> Import:
    """An import by its id; NotFound, also for one of another member."""
    found = session.get(Import, import_id[:36])
    if found is None or found.member_id != member_id:
        raise NotFound(sentence("import {import_id}: there is none of that id", import_id=import_id[:60]))
    return found


def listed(session: Session, member_id: int, limit: int) -> Sequence[Import]:
    """The newest imports of a member."""
    mine = select(Import).where(Import.member_id == member_id)
    return session.scalars(mine.order_by(Import.made_at.desc(), Import.id.desc()).limit(limit)).all()


def _before(session: Session, member_id: int, key: str) -> Import | None:
    return session.scalars(select(Import).where(Import.member_id == member_id, Import.key == key)).one_or_none()


def _same(before: Import, mac: bytes, wanted: Wanted) -> Import:
    """The import that has the key already, if it was asked for with the same file, mapping and behaviour."""
    if (before.file_mac, before.mapping_id, before.behaviour) != (mac, wanted.mapping.id, wanted.behaviour):
        what = sentence("another file" if before.file_mac != mac else "another mapping, or another behaviour on errors")
        raise Conflict(
            sentence(
                "the key {key} belongs to import {id}, which was {what}; give this one a key of its own",
                key=before.key,
                id=before.id,
                what=what,
            )
        )
    return before


def _handed(session: Session, whose: Whose, found: Reading, setting: Setting, behaviour: str) -> str:
    body = orjson.dumps(rows.document(found.events, setting))
    if len(body) > capture.MAX_BYTES:
        raise InvalidInput("file", "makes more than 20 MB of events", "split it into several files")
    return capture.accept(session, whose.signer, body, behaviour, whose.request_id).id


def _row(import_id: str, one: rows.Line, *, handed: bool) -> dict[str, object]:
    """A row as it is kept; under `rollback` a good one is held back with the others."""
    told: dict[str, object] = {"import_id": import_id, "number": one.number}
    if one.fault is None:
        return told | {"event": one.event if handed else None, "outcome": None if handed else Outcome.ROLLED_BACK, "problem": None}
    texts = {"problem": one.fault.problem, "fix": one.fault.fix}
    made = {f"{name}Made": kept for name, text in texts.items() if (kept := as_json(text))}
    return told | {
        "event": None,
        "outcome": Outcome.ROLLED_BACK if one.held else Outcome.INVALID,
        "problem": {"column": one.fault.column, **texts, **made},
    }


def _judged(session: Session, whose: Whose, found: Reading, setting: Setting, check: Check | None) -> list[Told]:
    """What capture would say of each event: row number 0, to be replaced."""
    if not found.events:
        return []
    body = orjson.dumps(rows.document(found.events, setting))
    judged = prepare_all(read(body), keyring_of(session).sealing(whose.signer))
    judged = check(session, judged).judged if check else judged
    good = [one for one in judged if isinstance(one, Prepared)]
    recorded = _recorded(session, whose.signer, good)
    named = _named(session, whose.signer, good)
    told = []
    for one in judged:
        told.append(_of_event(one, recorded, named, setting.mapping))
        if isinstance(one, Prepared):
            recorded.add(one.payload_mac)
            named.add(one.event_id)
    return told


def _of_event(one: Prepared | Rejected, recorded: set[bytes], named: set[str], mapping: Mapping) -> Told:
    if isinstance(one, Rejected):
        first = one.problems[0]
        return Told(0, Outcome.INVALID, "", rows.column_of(first.path, mapping), first.problem, first.fix)
    if one.payload_mac in recorded:
        return Told(0, Outcome.DUPLICATE, one.event_id)
    if one.event_id in named:
        fix = "leave the row out, or declare the recorded event to be in error"
        return Told(0, Outcome.INVALID, one.event_id, mapping.key, "names an event that is recorded with other content", fix)
    return Told(0, Outcome.STORED, one.event_id)


def _recorded(session: Session, signer: bytes, events: Sequence[Prepared]) -> set[bytes]:
    """Payload MACs of those that are there already."""
    found: set[bytes | None] = set()
    for part in parts(one.payload_mac for one in events):
        found |= set(session.scalars(select(Record.payload_mac).where(Record.payload_mac.in_(part), Record.signer == signer)))
    return {one for one in found if one}


def _named(session: Session, signer: bytes, events: Sequence[Prepared]) -> set[str]:
    """Event ids that are taken already."""
    found: set[str] = set()
    for part in parts(one.event_id for one in events):
        taken = select(Record.event_id).where(Record.event_id.in_(part), Record.signer == signer, Record.original.is_(True))
        found |= set(session.scalars(taken))
    return found


def _told(one: rows.Line, judged: Sequence[Told]) -> Told:
    if one.event is not None and one.fault is None:
        return judged[one.event]._replace(number=one.number)
    fault = one.fault
    column, problem, fix = (fault.column, fault.problem, fault.fix) if fault else ("", "", "")
    return Told(one.number, Outcome.ROLLED_BACK if one.held else Outcome.INVALID, "", column, problem, fix)
