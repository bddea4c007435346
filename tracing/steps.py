"""From the records behind a walk to its steps: opened, given a verdict (`verdicts`), cut to what the asker sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from ledger_client.epcis.vocabulary import bare_word, term
from ledger_client.genealogy import Action, Role
from records import contents
from records.audiences import View
from records.contents import Content
from records.parts import parts
from tracing import read
from tracing.answer import Kind, Party, Step, StepVerdict
from tracing.products import product_of
from tracing.read import Links, Row, Said
from tracing.verdicts import Drawn, at_sight, drawn, verdicts

CHECKED = 2_000  # records that are hashed again for one answer
PARTS = 200_000  # that these may have together: each is held against the genealogy
AT_ONCE = 2_000  # records that are opened in one piece


def steps(
    session: Session,
    walked: Mapping[int, Said],
    links: Links,
    view: View,
    withheld: Collection[int] = (),
    *,
    codes: Mapping[int, str] | None = None,
    checked: int = CHECKED,
    opened: int = CHECKED,
) -> list[Step]:
    """The steps at which these things met, by time.

    The records of the first `checked` are hashed again; the first `opened`, and those, are told in full, others by their clear columns
    alone. `withheld`: records of which the asker is not shown all; `codes`: of things, as far as they are known.
    """
    told = sorted((walked[number] for number in links), key=lambda one: (one.time, one.record))
    known, checked = dict(codes or {}), _affordable(session, told[:checked])
    said = _opened(session, told[:checked], known, view, hashed=True)
    for some in parts(told[checked:opened], AT_ONCE):
        said |= _opened(session, some, known, view, hashed=False)
    return [_step(one, kind_of(one, links[one.record].values()), said.get(one.record), withheld=one.record in withheld) for one in told]


def _affordable(session: Session, told: Sequence[Said]) -> int:
    """Of how many of these steps the participations can be held against the records: of one at least."""
    sizes = read.counts(session, [one.record for one in told])
    return max(1, sum(total <= PARTS for total in accumulate(sizes.get(one.record, 0) for one in told)))


_Opened = tuple[StepVerdict, dict[str, Any], Sequence[Drawn]]  # the verdict, the event as the asker sees it, who took part


def _opened(session: Session, some: Sequence[Said], codes: dict[int, str], view: View, *, hashed: bool) -> dict[int, _Opened]:
    held = contents.of_numbers(session, [one.record for one in some])
    events = {number: content.event() or {} for number, (_, content) in held.items()}
    wanted = held if hashed else [one.record for one in some if one.type == "TransformationEvent"]
    took = drawn(session, wanted, codes, *(Role if hashed else (Role.INPUT, Role.OUTPUT)))
    judged = verdicts(session, held, events, took) if hashed else {number: at_sight(content) for number, (_, content) in held.items()}
    return {number: (judged[number], _shown(view, content, events[number]), took.get(number, ())) for number, (_, content) in held.items()}


def _shown(view: View, content: Content, event: dict[str, Any]) -> dict[str, Any]:
    return view.shown(content.signer, event) if event else event


def _step(one: Said, kind: Kind, opened: _Opened | None, *, withheld: bool) -> Step:
    plain = (one.type, one.step, one.signer)
    if opened is None:
        verdict: StepVerdict = "altered" if one.is_lost else "not checked"
        return Step(one.record, one.event_id, one.time, kind, *plain, verdict, one.declared, withheld=withheld)
    verdict, event, took = opened
    disposition = term(str(event.get("disposition") or ""), "Disp")
    return Step(
        one.record,
        one.event_id,
        one.time,
        _closer(kind, disposition, took),
        *plain,
        verdict,
        one.declared,
        disposition,
        place_id(event.get("readPoint")),
        place_id(event.get("bizLocation")),
        party(event.get("sourceList"), "source"),
        party(event.get("destinationList"), "destination"),
        withheld,
    )


def kind_of(one: Said, rows: Collection[Row]) -> Kind:
    """What happened, in a word (docs/trace.md, rule 5)."""
    action = max(map(_action, rows))
    if one.type == "TransformationEvent":
        return "transformed"
    if one.type in ("AggregationEvent", "AssociationEvent") and action != Action.OBSERVE:
        put = action == Action.ADD
        return ("packed" if put else "unpacked") if one.type == "AggregationEvent" else ("associated" if put else "dissociated")
    if one.step in _MOVES:
        return "moved"
    if action == Action.ADD and one.type == "ObjectEvent":
        return "made"
    return "ended" if action == Action.DELETE and one.type == "ObjectEvent" else "observed"


_action = itemgetter(5)


def _closer(kind: Kind, disposition: str, took: Sequence[Drawn]) -> Kind:
    """The same where more of the event is known: one lot that became several of its product was split, several that became one merged."""
    if kind == "moved":
        return "returned" if disposition == "returned" else kind
    if kind != "transformed":
        return kind
    used, made = ([code for code, role, *_ in took if role == wanted] for wanted in (Role.INPUT, Role.OUTPUT))
    if len({product_of(code) for code in (*used, *made)}) == 1:
        return "split" if len(used) == 1 < len(made) else "merged" if len(made) == 1 < len(used) else kind
    return kind


_MOVES = frozenset({"shipping", "receiving", "arriving", "departing", "transporting", "loading", "unloading", "accepting"})


def place_id(value: object) -> str:
    """The code of a readPoint or bizLocation; "" where there is none."""
    return str(value.get("id", "")) if isinstance(value, dict) else ""


def party(value: object, name: str) -> Party:
    """Owner and place of a source or destination list (CBV 2.0 7.4.2); types in any spelling."""
    if not isinstance(value, list):
        return _NOBODY
    found: dict[str, str] = {}
    for entry in value:
        if isinstance(entry, dict):
            kind = bare_word(str(entry.get("type", "")), "SDT")
            found.setdefault(kind, str(entry.get(name, "")))
    return Party(found.get("owning_party") or found.get("possessing_party", ""), found.get("location", ""))


_NOBODY = Party()
