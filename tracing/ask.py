"""One call from a code to the whole answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.codes import ItemCode
from ledger_client.epcis.document import no_collection
from ledger_client.errors import NotFound
from ledger_client.genealogy import Action, Role
from ledger_client.sentences import sentence
from records.audiences import View
from records.genealogy import fill
from records.genealogy.models import Thing as Known
from tracing import read
from tracing.answer import Direction, Level, Link, Step, Thing, Trace, Why
from tracing.custody.ends import custody
from tracing.findings import findings
from tracing.steps import CHECKED, steps
from tracing.visible import sees
from tracing.walk import DEEPEST, MOST, Starts, Walked, walk, walk_from


def trace(
    session: Session,
    code: ItemCode,
    direction: Direction,
    view: View,
    *,
    most: int = MOST,
    deepest: int = DEEPEST,
    checked: int = CHECKED,
    opened: int = CHECKED,
    upto: int | None = None,
) -> Trace:
    """Where a thing went (`forward`), or came from (`backward`), as an asker may be told.

    The records of the first `checked` steps are hashed again; the first `opened`, and those, say places and parties. `upto`: the number of
    the last record that counts. NotFound for a code under which nothing is recorded.
    """
    start = session.scalar(select(Known.id).where(Known.item_id == code.item_id))
    if start is None:
        raise NotFound(sentence("nothing is recorded under {uri}", uri=code.uri))
    with no_collection():
        walked = walk(session, start, direction, sees(view), most=most, deepest=deepest, upto=upto)
        return _answer(session, walked, view, checked, opened, upto)


def affected(
    session: Session, starts: Starts, view: View, *, most: int = MOST, deepest: int = DEEPEST, checked: int = CHECKED, opened: int = CHECKED
) -> Trace:
    """Where several things went, each from the moment it became affected; `Trace.start` is the first of them."""
    with no_collection():
        walked = walk_from(session, starts, "forward", sees(view), most=most, deepest=deepest)
        return _answer(session, walked, view, checked, opened)


def _answer(session: Session, walked: Walked, view: View, checked: int, opened: int, upto: int | None = None) -> Trace:
    undrawn = fill.waiting(session)
    if undrawn:
        walked.end(Why.UNDRAWN)
    codes = read.codes(session, walked.reached)
    things = _things(walked, codes)
    withheld = {end.step for end in walked.ends.values() if end.why == Why.WITHHELD and end.step}
    told = steps(session, walked.said, walked.links, view, withheld, codes=codes, checked=checked, opened=opened)
    _judge(session, walked, told, view)
    judged = sum(step.verdict != "not checked" for step in told)
    found = ((), 0) if undrawn else findings(session, things, view, upto)  # no sum stands while amounts are missing
    return Trace(walked.start, walked.direction, things, tuple(told), _links(walked, told), tuple(walked.ends.values()), judged, *found)


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


def _things(walked: Walked, codes: Mapping[int, str]) -> tuple[Thing, ...]:
    order = sorted((reach.depth, number, reach.how) for number, reach in walked.reached.items())
    return tuple([_thing((number, code := codes[number], *_class(code), depth, how)) for depth, number, how in order])


def _class(code: str) -> tuple[Level, str]:
    """Level and product of a canonical code, by its key and qualifiers (spec 1.4)."""
    if not code.startswith(_GTIN):
        key = code[len(GS1) :].partition("/")[0] if code.startswith(GS1) else ""
        return _LEVELS.get(key, "other"), ""
    product, rest = code[:_PRODUCT], code[_PRODUCT:]
    if rest.startswith("/21/"):  # the most by far
        return "item", product
    keys = rest.split("/")[1::2]
    return "item" if "21" in keys else "lot" if "10" in keys else "product", product


GS1 = "https://id.gs1.org/"
_GTIN = f"{GS1}01/"
_PRODUCT = len(_GTIN) + 14  # characters
_LEVELS: dict[str, Level] = {"00": "pallet", "8003": "asset", "8004": "asset"}


def _links(walked: Walked, told: Iterable[Step]) -> tuple[Link, ...]:
    """By time, as the steps; of one step in the order of its event."""
    rows = [row for step in told for _, row in sorted(walked.links[step.record].items())]
    return tuple([_link((r[0], r[2], _ROLES[r[4]], _ACTIONS[r[5]], r[6], r[7])) for r in rows])


# As `_make`, of tuples whose length is known here, for a hundred thousand of them.
_thing: Callable[[Iterable[object]], Thing] = partial(tuple.__new__, Thing)
_link: Callable[[Iterable[object]], Link] = partial(tuple.__new__, Link)
_ROLES = {int(role): role.name.lower() for role in Role}
_ACTIONS = {int(action): action.name if action else "" for action in Action}
