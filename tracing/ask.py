"""One call from a code to the whole answer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.codes import ItemCode
from ledger_client.epcis.document import no_collection
from ledger_client.errors import NotFound
from ledger_client.genealogy import Action, Role
from records.audiences import View
from records.genealogy import fill
from records.genealogy.models import Thing as Known
from tracing import read
from tracing.answer import Direction, Level, Link, Step, Thing, Trace, Why
from tracing.custody.ends import custody
from tracing.findings import findings
from tracing.read import by_time
from tracing.steps import steps
from tracing.visible import sees
from tracing.walk import DEEPEST, MOST, Walked, walk


def trace(session: Session, code: ItemCode, direction: Direction, view: View, *, most: int = MOST, deepest: int = DEEPEST) -> Trace:
    """Where a thing went (`forward`), or came from (`backward`), as an asker may be told.

    NotFound for a code under which nothing is recorded.
    """
    start = session.scalar(select(Known.id).where(Known.item_id == code.item_id))
    if start is None:
        raise NotFound(f"nothing is recorded under {code.uri}")
    with no_collection():
        return _answer(session, start, direction, view, most, deepest)


def _answer(session: Session, start: int, direction: Direction, view: View, most: int, deepest: int) -> Trace:
    walked = walk(session, start, direction, sees(view), most=most, deepest=deepest)
    undrawn = fill.waiting(session)
    if undrawn:
        walked.end(Why.UNDRAWN)
    withheld = {end.step for end in walked.ends.values() if end.why == Why.WITHHELD and end.step}
    told = steps(session, walked.said, walked.links.values(), view, withheld)
    _judge(session, walked, told, view)
    things, checked = _things(session, walked), sum(step.verdict != "not checked" for step in told)
    found = ((), 0) if undrawn else findings(session, things, view)  # no sum stands while amounts are missing
    return Trace(start, direction, tuple(things), tuple(told), tuple(_links(walked)), tuple(walked.ends.values()), checked, *found)


def _judge(session: Session, walked: Walked, told: Iterable[Step], view: View) -> None:
    """Ends that the records show: what is altered or erased, sent and never received, or of unknown origin."""
    for step in told:
        if step.verdict in ("altered", "erased"):
            walked.end(Why.ALTERED if step.verdict == "altered" else Why.ERASED, step=step.record)
    if walked.direction == "forward":
        for end in custody(session, walked, view):
            walked.end(end.why, end.thing, end.step)
    else:
        for thing, reach in walked.reached.items():
            if not reach.carrier and thing not in walked.made:
                walked.end(Why.ORIGIN, thing)


def _things(session: Session, walked: Walked) -> list[Thing]:
    codes = read.codes(session, walked.reached)
    found = [Thing(number, codes[number], *_class(codes[number]), reach.depth, reach.how) for number, reach in walked.reached.items()]
    return sorted(found, key=lambda thing: (thing.depth, thing.number))


def _class(code: str) -> tuple[Level, str]:
    """Level and product of a canonical code, by its key and qualifiers (spec 1.4)."""
    if not code.startswith(GS1):
        return "other", ""
    key, _, rest = code[len(GS1) :].partition("/")
    if key != "01":
        return _LEVELS.get(key, "other"), ""
    gtin, _, qualifiers = rest.partition("/")
    level: Level = "item" if "21/" in qualifiers else "lot" if "10/" in qualifiers else "product"
    return level, f"{GS1}01/{gtin}"


GS1 = "https://id.gs1.org/"
_LEVELS: dict[str, Level] = {"00": "pallet", "8003": "asset", "8004": "asset"}


def _links(walked: Walked) -> list[Link]:
    rows = sorted(walked.links.values(), key=by_time)
    return [Link(row.thing, row.record, _ROLES[row.role], _ACTIONS[row.action], row.quantity, row.uom) for row in rows]


_ROLES = {int(role): role.name.lower() for role in Role}
_ACTIONS = {int(action): action.name if action else "" for action in Action}
