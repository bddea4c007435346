"""What capture asks before it stores events: codes under the company's own rules that were never issued, are void, or name a second
thing or a second load.

`records.capture` knows nothing of this package: the running job and the routes hand `gate` in. One query a piece of a document where the
signer's member has no rule; otherwise one more for the codes that fall under a rule. Events that are recorded already pass: storing them
again changes nothing. What is stored moves its codes on to activated, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from indexer.models import MirroredSigner
from issuing.models import CodeChange, CodeOrder, CodeState, CodingRule, IssuedCode
from issuing.paths import path_of
from issuing.schemes import Level
from issuing.shipped import reloaded
from issuing.states import effective
from ledger_client.errors import Conflict
from ledger_client.sentences import sentence
from records.bulk import insert_rows
from records.columns import now
from records.database import changed
from records.models import Record
from records.parts import parts
from records.prepare import Prepared, Problem, Rejected

_SHARED = (Level.LOT, Level.PLACE)  # one code for many things
Judged = list[Prepared | Rejected]


@dataclass(frozen=True, slots=True)
class Known:
    """An issued code as the gate needs it."""

    order_id: int
    number: int
    state: CodeState
    event_id: str | None  # of the event that brought its thing into being
    shared: bool


@dataclass(slots=True)
class Passed:
    """What the gate lets through, and what is to be done once that is stored."""

    judged: Judged
    known: Mapping[str, Known] = field(default_factory=dict)

    def settle(self, session: Session, stored: Sequence[Prepared]) -> None:
        """Activate the codes that these events bring into being; take back what an error declaration takes back."""
        if self.known:
            _activate(session, [event for event in stored if not event.declaration], self.known)
            _take_back(session, {event.event_id for event in stored if event.declaration}, self.known)


def gate(session: Session, judged: Judged) -> Passed:
    """Refuse events whose codes may not be used so; the others as they are."""
    events = [event for event in judged if isinstance(event, Prepared)]
    stems = _stems(session, events[0].signer) if events else {}
    if not stems:
        return Passed(judged)
    ours, beginnings = dict[int, list[str]](), tuple(stems)
    for place, event in enumerate(judged):
        if isinstance(event, Prepared) and (own := [code for code in event.items if code.startswith(beginnings)]):
            ours[place] = own
    if not ours:
        return Passed(judged)
    known = _known(session, judged, ours)
    only = tuple(stem for stem, only_issued in stems.items() if only_issued)
    found = list(judged)
    for place, (code, problem) in (reloaded(session, judged, ours) | _wrong(judged, ours, known, only)).items():
        found[place] = _rejected(session, judged[place], code, problem)
    return Passed(_recorded_before(session, events[0].signer, judged, found), known)


def _stems(session: Session, signer: bytes) -> dict[str, bool]:
    """Stem -> whether only issued codes are taken, of the rules of the signer's member."""
    member = select(MirroredSigner.member_id).where(MirroredSigner.address == signer)
    found: dict[str, bool] = {}
    for stem, only in session.execute(select(CodingRule.stem, CodingRule.only_issued).where(CodingRule.member_id.in_(member))):
        found[stem] = only or found.get(stem, False)
    return found


def _known(session: Session, judged: Judged, ours: Mapping[int, list[str]]) -> dict[str, Known]:
    """The issued ones of the codes; those whose things come into being are held, so that no other capture does the same meanwhile."""
    created = {code for place in ours for code in _created(judged[place])}
    codes = {code for own in ours.values() for code in own}
    return _read(session, codes - created) | _read(session, codes & created, held=True)


def _created(event: Prepared | Rejected) -> Sequence[str]:
    """What an event brings into being, or takes back."""
    if not isinstance(event, Prepared):
        return ()
    return event.items if event.declaration else event.creates


def _read(session: Session, codes: Iterable[str], *, held: bool = False) -> dict[str, Known]:
    columns = select(IssuedCode.code, IssuedCode.order_id, IssuedCode.number, IssuedCode.state, IssuedCode.event_id)
    rows = columns.add_columns(CodeOrder.level, CodingRule.level.label("of"))
    rows = rows.join(CodeOrder, CodeOrder.id == IssuedCode.order_id).join(CodingRule, CodingRule.id == CodeOrder.rule_id)
    rows = rows.order_by(IssuedCode.code)
    found: dict[str, Known] = {}
    for part in parts(sorted(codes)):
        wanted = rows.where(IssuedCode.code.in_(part))
        wanted = wanted.with_for_update(of=IssuedCode) if held else wanted
        for code, order_id, number, own, event_id, level, kind in session.execute(wanted):
            found[code] = Known(order_id, number, effective(own, level), event_id, kind in _SHARED)
    return found


def _wrong(
    judged: Judged, ours: Mapping[int, list[str]], known: Mapping[str, Known], only: tuple[str, ...]
) -> dict[int, tuple[str, Problem]]:
    """Place -> the first code of that event that may not be used so, and why."""
    used = {code: one.event_id for code, one in known.items() if one.event_id}
    found: dict[int, tuple[str, Problem]] = {}
    for place, own in ours.items():
        event = judged[place]
        if not isinstance(event, Prepared) or event.declaration:
            continue
        created = set(event.creates)
        for code in own:
            problem = _problem(event, code, known.get(code), used.get(code) if code in created else None, only)
            if problem:
                found[place] = (code, problem)
                break
        else:
            used |= {code: event.event_id for code in own if code in created and code in known and not known[code].shared}
    return found


def _problem(event: Prepared, code: str, one: Known | None, used_by: str | None, only: tuple[str, ...]) -> Problem | None:
    if one is None:
        if not code.startswith(only or ("\0",)):
            return None
        fix = "order it first, or use a code of an order; a label that nobody ordered may be a counterfeit"
        return Problem(event.path, sentence("names {code}, which was never issued", code=code), "only issued codes", fix)
    if one.state == CodeState.VOID:
        fix = "use a code that is not void; GET /codes/{code} says why this one is"
        return Problem(event.path, sentence("names {code}, which is void", code=code), "no void codes", fix)
    if used_by and used_by != event.event_id and not one.shared:
        fix = "give this thing a code of its own; if the earlier event was wrong, declare it to be in error first"
        return Problem(
            event.path,
            sentence("gives {code} to a second thing: event {used_by} did so before", code=code, used_by=used_by),
            "one thing for one code",
            fix,
        )
    return None


def _rejected(session: Session, event: Prepared | Rejected, code: str, problem: Problem) -> Rejected:
    path = path_of(session, event, code) if isinstance(event, Prepared) else problem.path
    return Rejected((problem._replace(path=path),))


def _recorded_before(session: Session, signer: bytes, judged: Judged, found: Judged) -> Judged:
    """What was refused and is recorded already passes: a document that is sent again is a duplicate, whatever became of its codes."""
    events = [(place, event) for place, event in enumerate(judged) if found[place] is not event]
    refused = {event.event_id: (place, event) for place, event in events if isinstance(event, Prepared)}
    for part in parts(refused):
        for event_id in session.scalars(select(Record.event_id).where(Record.event_id.in_(part), Record.signer == signer)):
            place, event = refused[event_id]
            found[place] = event
    return found


def _activate(session: Session, events: Sequence[Prepared], known: Mapping[str, Known]) -> None:
    created = {code: event.event_id for event in events for code in event.creates if code in known and known[code].event_id is None}
    by_event = dict[str, list[str]]()
    for code, event_id in created.items():
        by_event.setdefault(event_id, []).append(code)
    moved = 0
    for event_id, codes in by_event.items():
        for part in parts(codes):
            mine = (IssuedCode.code.in_(part), IssuedCode.event_id.is_(None))
            moved += changed(session, update(IssuedCode).where(*mine).values(state=CodeState.ACTIVATED, event_id=event_id))
    if moved != len(created):
        raise Conflict("a code of this event was used by another event in this moment; send it again")
    _remember(session, CodeState.ACTIVATED, {code: (known[code], event_id) for code, event_id in created.items()})


def _take_back(session: Session, event_ids: Collection[str], known: Mapping[str, Known]) -> None:
    """The thing was never brought into being: its code is applied, and free for the event that corrects it; a void one stays void."""
    active = {code: one for code, one in known.items() if one.state == CodeState.ACTIVATED}
    codes = {code: (one, one.event_id) for code, one in active.items() if one.event_id and one.event_id in event_ids}
    for part in parts(codes):
        changed(session, update(IssuedCode).where(IssuedCode.code.in_(part)).values(state=CodeState.APPLIED, event_id=None))
    _remember(session, CodeState.APPLIED, codes)


def _remember(session: Session, state: CodeState, codes: Mapping[str, tuple[Known, str]]) -> None:
    said = {"state": state, "at": now(), "by": ""}
    rows = [{"order_id": one.order_id, "number": one.number, **said, "reason": event_id} for one, event_id in codes.values()]
    insert_rows(session, CodeChange, rows)
