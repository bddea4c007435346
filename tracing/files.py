"""A trace as files for other programs: CSV for spreadsheets, GraphML for graph tools (networkx, Gephi, yEd, Cytoscape).

Both hold all of the trace: a row, an edge for each link of a thing to a step, and where and why it stops. Both say whether it is complete.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from tracing.answer import Link, Step, Thing, Trace
from tracing.quantities import exact

COLUMNS = (
    "row", "time", "kind", "business_step", "disposition", "place", "place_name", "to_place", "to_place_name", "thing", "level", "product",
    "product_name", "role", "action", "quantity", "unit", "verdict", "declared_wrong", "withheld", "depth", "event_id", "complete",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n'＝＋－＠")  # what a spreadsheet would compute, and the mark against it
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_OUT_OF_STEP = frozenset({"output", "parent"})
_KEYS = {
    "graph": {"start": "string", "direction": "string", "complete": "boolean", "checked": "long", "ends": "string"},
    "node": {
        "sort": "string", "label": "string", "code": "string", "level": "string", "product": "string", "role": "string", "depth": "int",
        "time": "string", "kind": "string", "businessStep": "string", "place": "string", "placeName": "string", "verdict": "string",
        "declaredWrong": "boolean", "withheld": "boolean", "eventId": "string",
    },
    "edge": {"part": "string", "action": "string", "quantity": "double", "unit": "string", "verdict": "string"},
}  # fmt: skip


def csv_lines(trace: Trace, names: Mapping[str, str]) -> Iterator[str]:
    """The text, line by line; `names` are those of places and products by their codes. Begins with a mark by which spreadsheets know UTF-8.

    The first row says what was asked for and whether this is all of it.
    """
    things, steps = {one.number: one for one in trace.things}, {one.record: one for one in trace.steps}
    start = things[trace.start]
    yield "\ufeff" + _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    told = {"row": "trace", "thing": start.code, "level": start.level, "product": start.product, "kind": trace.direction}
    yield _line(told | {"complete": "yes" if trace.complete else "no"})
    for link in sorted(trace.links, key=lambda link: (steps[link.step].at, link.step, link.role, things[link.thing].code)):
        yield _line(_link(things[link.thing], steps[link.step], link, names))
    for end in trace.ends:
        thing, step = things.get(end.thing or 0), steps.get(end.step or 0)
        said = {"row": "end", "kind": end.why, "thing": thing.code if thing else "", "event_id": step.event_id if step else ""}
        yield _line(said)


def graphml_lines(trace: Trace, names: Mapping[str, str]) -> Iterator[str]:
    """The text, piece by piece: things and steps as nodes, edges in the direction of time: from a thing to its step, from a step to what it
    made.
    """
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_GRAPHML}">\n'
    for target, keys in _KEYS.items():
        for name, kind in keys.items():
            yield f'<key id="{target}.{name}" for="{target}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '<graph id="trace" edgedefault="directed">\n' + _data("graph", _graph(trace)) + "\n"
    for thing in trace.things:
        yield f'<node id="t{thing.number}">{_data("node", _thing_node(thing, names))}</node>\n'
    for step in trace.steps:
        yield f'<node id="s{step.record}">{_data("node", _step_node(step, names))}</node>\n'
    verdicts = {step.record: step.verdict for step in trace.steps}
    for link in trace.links:
        ends = (f"s{link.step}", f"t{link.thing}") if link.role in _OUT_OF_STEP else (f"t{link.thing}", f"s{link.step}")
        told = {"part": link.role, "action": link.action, "quantity": link.quantity, "unit": link.uom, "verdict": verdicts[link.step]}
        yield f'<edge source="{ends[0]}" target="{ends[1]}">{_data("edge", told)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _graph(trace: Trace) -> dict[str, object]:
    codes, ids = {one.number: one.code for one in trace.things}, {one.record: one.event_id for one in trace.steps}
    ends = "\n".join(f"{end.why}: {codes.get(end.thing or 0, '')} {ids.get(end.step or 0, '')}".strip() for end in trace.ends)
    told = {"start": codes[trace.start], "direction": trace.direction, "complete": trace.complete, "checked": trace.checked}
    return told | {"ends": ends}


def _link(thing: Thing, step: Step, link: Link, names: Mapping[str, str]) -> dict[str, object]:
    place, target = step.place or step.location, step.destination.place
    return {
        "row": "link", "time": step.at.isoformat(), "kind": step.kind, "business_step": step.biz_step, "disposition": step.disposition,
        "place": place, "place_name": names.get(place, ""), "to_place": target, "to_place_name": names.get(target, ""),
        "thing": thing.code, "level": thing.level, "product": thing.product, "product_name": names.get(thing.product, ""),
        "role": link.role, "action": link.action, "quantity": "" if link.quantity is None else f"{exact(link.quantity):f}",
        "unit": link.uom, "verdict": step.verdict, "declared_wrong": "yes" if step.declared else "",
        "withheld": "yes" if step.withheld else "", "depth": thing.depth, "event_id": step.event_id,
    }  # fmt: skip


def _thing_node(thing: Thing, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "sort": "thing", "label": names.get(thing.product) or thing.code, "code": thing.code, "level": thing.level,
        "product": thing.product, "role": thing.how, "depth": thing.depth,
    }  # fmt: skip


def _step_node(step: Step, names: Mapping[str, str]) -> dict[str, object]:
    place = step.place or step.location
    return {
        "sort": "step", "label": step.biz_step or step.kind, "time": step.at.isoformat(), "kind": step.kind, "businessStep": step.biz_step,
        "place": place, "placeName": names.get(place, ""), "verdict": step.verdict, "declaredWrong": step.declared,
        "withheld": step.withheld, "eventId": step.event_id,
    }  # fmt: skip


def _data(target: str, values: Mapping[str, object]) -> str:
    texts = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items() if value not in (None, "")
    }
    return "".join(f'<data key="{target}.{name}">{_escaped(text)}</data>' for name, text in texts.items())


def _escaped(text: str) -> str:
    return escape(text if text.isprintable() else "".join(map(_sayable, text)), {"\r": "&#13;"})


def _sayable(letter: str) -> str:
    """XML 1.0 has no other control characters (section 2.2)."""
    return letter if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff" else "\ufffd"


def _line(cells: Mapping[str, object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_cell(cells.get(name, "")) for name in COLUMNS])
    return text.getvalue()


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
