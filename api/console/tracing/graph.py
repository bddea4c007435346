"""A picture in words, as static/console/trace.js draws it: boxes with their labels, marks and facts, arrows with their amounts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.console.event_rows import event_url, item_text, item_url
from api.console.tracing.lines import fitting, wrapped
from api.console.tracing.named import MARKS, TONES, Names, number_of
from tracing.answer import Step, Thing, Trace
from tracing.picture.shapes import Arrow, Box, Picture

MOST_LINKS = 12  # to a box's things or steps, beside the picture
_ROOM = {"things": 12.0, "place": 12.0, "step": 10.0}  # full-width characters of a line in a box


def graph(picture: Picture, trace: Trace, names: Names) -> str:
    """JSON: `boxes` and `arrows`."""
    things = {thing.number: thing for thing in trace.things}
    steps = {step.record: step for step in trace.steps}
    titles = {box.key: title_of(box, things, names)[0] for box in picture.boxes}
    found = {
        "boxes": [_box(box, things, steps, names) for box in picture.boxes],
        "arrows": [_arrow(arrow, titles, steps, names) for arrow in picture.arrows],
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def title_of(box: Box, things: Mapping[int, Thing], names: Names) -> tuple[str, str]:
    """What a box is called, and the line below it."""
    if box.sort == "place":
        return names.place(box.place), ""
    if box.sort == "step":
        return names.step(box.kind, box.biz_step), names.place(box.place) if box.place else ""
    kind, count = names.kind(box.level, box.product), len(box.things)
    return (f"{names.words.number(count)} × {kind}", "") if count > 1 else (kind, number_of(things[box.things[0]].code))


def _box(box: Box, things: Mapping[int, Thing], steps: Mapping[int, Step], names: Names) -> dict[str, Any]:
    title, below = title_of(box, things, names)
    when = names.words.clock(box.first) if box.first else ""
    known = box.verdict if box.verdict in TONES else "not checked"
    room = _ROOM[box.sort]
    lines = wrapped(f"{MARKS[known]} {title}", room, 2)
    lines += [one for one in (fitting(below, room), when if box.sort != "place" else "") if one]
    return {
        "id": box.key,
        "sort": box.sort,
        "label": "\n".join(lines),
        "title": title,
        "tone": "struck" if box.declared else TONES[known],
        "start": box.starts,
        "many": len(box.things) > 1 and box.sort == "things",
        "facts": _facts(box, below, steps, names),
        "links": _links(box, things, steps, names),
        "more": _more(len(box.steps if box.sort == "step" else box.things), names),
    }


def _facts(box: Box, below: str, steps: Mapping[int, Step], names: Names) -> list[tuple[str, str]]:
    words = names.words
    facts = [
        (words.say(f"trace.sort.{box.sort}"), below or words.say(f"trace.sort.{box.sort}.all", count=len(box.things))),
        *_when([one for one in (box.first, box.last) if one], len(box.steps), names),
        (words.say("trace.who"), _who(box.steps, steps, names)),
        (words.say("trace.verdict"), names.verdict(box.verdict).text),
        (words.say("trace.note"), words.say("trace.declared") if box.declared else words.say("trace.withheld") if box.withheld else ""),
    ]
    return [fact for fact in facts if fact[1]]


def _links(box: Box, things: Mapping[int, Thing], steps: Mapping[int, Step], names: Names) -> list[tuple[str, str]]:
    """To the pages of what the box stands for."""
    if box.sort == "step":
        return _step_links(box.steps, steps, names)
    return [(item_text(things[number].code), item_url(things[number].code)) for number in box.things[:MOST_LINKS]]


def _arrow(arrow: Arrow, titles: Mapping[str, str], steps: Mapping[int, Step], names: Names) -> dict[str, Any]:
    known = arrow.verdict if arrow.verdict in TONES else "not checked"
    amounts, step = amounts_of(arrow, names), names.step(arrow.kind, arrow.biz_step) if arrow.kind else ""
    mark = "" if known == "verified" else f"{MARKS[known]} "
    return {
        "source": arrow.source,
        "target": arrow.target,
        "label": mark + "\n".join([*(wrapped(step, 7, 2) if step else []), *([amounts] if amounts else [])]),
        "title": step or f"{titles[arrow.source]} → {titles[arrow.target]}",
        "things": list(arrow.things),
        "tone": "struck" if arrow.declared else TONES[known],
        "facts": _arrow_facts(arrow, amounts, steps, names),
        "links": _step_links(arrow.steps, steps, names),
        "more": _more(len(arrow.steps), names),
    }


def amounts_of(arrow: Arrow, names: Names) -> str:
    """`4,424 kg → 4,464 件`; what was in pallets stands in brackets."""
    went, came, inside = names.amounts(arrow.used), names.amounts(arrow.amounts), names.amounts(arrow.inside)
    return (f"{went}\n→ {came}" if went and came and went != came else came or went) + (f"\n({inside})" if inside else "")


def _arrow_facts(arrow: Arrow, amounts: str, steps: Mapping[int, Step], names: Names) -> list[tuple[str, str]]:
    words, times = names.words, sorted(steps[number].at for number in arrow.steps)
    facts = [
        (words.say("trace.happened"), amounts),
        (words.say("trace.place"), names.place(arrow.place) if arrow.place else ""),
        *_when(times, len(arrow.steps), names),
        (words.say("trace.who"), _who(arrow.steps, steps, names)),
        (words.say("trace.verdict"), names.verdict(arrow.verdict).text),
        (words.say("trace.note"), words.say("trace.declared") if arrow.declared else ""),
    ]
    return [fact for fact in facts if fact[1]]


def _when(times: Sequence[datetime], many: int, names: Names) -> list[tuple[str, str]]:
    words = names.words
    return [
        (words.say("trace.first"), words.clock(times[0]) if times else ""),
        (words.say("trace.last"), words.clock(times[-1]) if times and times[-1] != times[0] else ""),
        (words.say("trace.steps"), words.number(many) if many > 1 else ""),
    ]


def _who(numbers: Iterable[int], steps: Mapping[int, Step], names: Names) -> str:
    return ", ".join(list(dict.fromkeys(name for number in numbers if (name := names.member(steps[number]))))[:3])


def _step_links(numbers: Sequence[int], steps: Mapping[int, Step], names: Names) -> list[tuple[str, str]]:
    some = [steps[number] for number in numbers[:MOST_LINKS]]
    told = [f"{names.words.clock(step.at)} {names.step(step.kind, step.biz_step)}" for step in some]
    return [(text, event_url(step.event_id, step.record)) for text, step in zip(told, some, strict=True)]


def _more(count: int, names: Names) -> str:
    return names.words.say("trace.box.more", count=count - MOST_LINKS) if count > MOST_LINKS else ""
