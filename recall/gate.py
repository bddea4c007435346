"""What capture asks before it stores events: what `issuing.gate` asks, and whether something that is on hold would be shipped.

An event that sends things away, or hands them to a customer, is refused when one of them is on hold, lies in something that is, holds
something that is, or belongs to a lot that is. What happened before the hold was placed is taken, and so is sending it back. Nothing is
looked up while nothing is on hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from issuing.gate import Passed
from issuing.gate import gate as codes_gate
from issuing.paths import path_of
from ledger_client.epcis.vocabulary import bare_word
from ledger_client.genealogy import Action, Role
from ledger_client.sentences import sentence
from recall import holds
from recall.models import Hold
from recall.related import stopped
from records.genealogy.draw import micros
from records.keyring import keyring_of
from records.prepare import Prepared, Problem, Rejected, opened

STEPS = frozenset({"shipping", "departing", "loading", "staging_outbound", "retail_selling", "dispensing"})  # CBV 2.0 7.1
SENT_BACK = frozenset({"returned", "recalled", "non_sellable_other", "destroyed", "disposed"})  # dispositions, CBV 2.0 7.2
RULE = "nothing on hold is shipped"
Judged = list[Prepared | Rejected]


def gate(session: Session, judged: Judged) -> Passed:
    """Refuse events whose codes may not be used so, or that ship what is on hold; the others as they are."""
    passed = codes_gate(session, judged)
    leaving = [place for place, event in enumerate(passed.judged) if isinstance(event, Prepared) and event.biz_step in STEPS]
    if leaving and holds.any_open(session):
        passed.judged = _refused(session, passed.judged, leaving)
    return passed


def _refused(session: Session, judged: Judged, leaving: Sequence[int]) -> Judged:
    found = list(judged)
    for place in leaving:
        event = judged[place]
        if isinstance(event, Prepared) and not event.declaration:
            problem = _problem(session, event, _with_batch(judged[:place], event.items))
            if problem:
                found[place] = Rejected((problem,))
    return found


def _problem(session: Session, event: Prepared, batch: Mapping[str, str]) -> Problem | None:
    """Why an event may not be stored. `batch`: what goes with its items by earlier events of the same document."""
    for hold, (named, *_) in stopped(session, batch.keys(), micros(event.event_time)):
        if event.event_time >= hold.placed_at and not _is_sent_back(session, event):
            return _told(session, event, batch[named], hold)
    return None


def _told(session: Session, event: Prepared, code: str, hold: Hold) -> Problem:
    text = "ships {code}, which is on hold since {day}" if code == hold.code else "ships {code} with {held}, which is on hold since {day}"
    told = sentence(text, code=code, held=hold.code, day=f"{hold.placed_at:%Y-%m-%d %H:%M} UTC")
    fix = "have the hold released first, or leave it behind; what is sent back has the disposition returned or recalled"
    return Problem(path_of(session, event, code), told, RULE, fix)


def _with_batch(earlier: Sequence[Prepared | Rejected], items: Collection[str]) -> dict[str, str]:
    """Code -> the item that it goes with, by events of the same document that are not stored yet: packed with it, or of its lot."""
    goes: dict[str, set[str]] = defaultdict(set)
    for event in earlier:
        if isinstance(event, Prepared):
            for one, other in _ties(event):
                goes[one].add(other)
    found = {code: code for code in items}
    waiting = list(items)
    while waiting:
        code = waiting.pop()
        for other in goes[code] - found.keys():
            found[other] = found[code]
            waiting.append(other)
    return found


def _ties(event: Prepared) -> Iterator[tuple[str, str]]:
    """Parent and child of a packing, item and lot of what is brought into being."""
    by_role: dict[Role, list[str]] = defaultdict(list)
    for part in event.took:
        if part.action != Action.DELETE:
            by_role[part.role].append(part.code)
    yield from ((parent, child) for parent in by_role[Role.PARENT] for child in by_role[Role.CHILD])
    yield from ((item, lot) for role in (Role.OBJECT, Role.OUTPUT) for item in by_role[role] for lot in by_role[Role.LOT])


def _is_sent_back(session: Session, event: Prepared) -> bool:
    """Whether its disposition says so; opened only now, because hardly any event comes this far."""
    held = opened(keyring_of(session), event)
    told = str((held.event() or {}).get("disposition", ""))
    return bare_word(told, "Disp") in SENT_BACK
