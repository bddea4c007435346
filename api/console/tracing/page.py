"""The page of a trace, from the answer to what templates/console/trace/page.html draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.roles import Right
from api.console.event_rows import item_text, item_url
from api.console.frame import Frame
from api.console.notices.parts import RECALLS
from api.console.shown import Link, Option, link, with_query
from api.console.tracing.asked import Asked
from api.console.tracing.candidates import Candidate
from api.console.tracing.contradiction import Judged, judged
from api.console.tracing.diagram import Diagram, diagram
from api.console.tracing.ending import Told, told
from api.console.tracing.graph import graph
from api.console.tracing.named import MARKS, TONES, Names
from api.console.tracing.paper import MOST_ROWS as MOST_PRINTED
from api.console.tracing.paper import paper
from api.console.tracing.summary import MOST as MOST_LINES
from api.console.tracing.summary import Whence, Whither, whence, whither
from api.console.tracing.table import MOST as MOST_ROWS
from api.console.tracing.table import Row, rows
from api.console.visit import Visit
from api.console.words import ConsoleWords
from tracing.answer import Trace
from tracing.destinations import Destination, destinations
from tracing.narrow import narrowed
from tracing.picture.collapse import collapse, fitting
from tracing.picture.overview import overview
from tracing.picture.shapes import FINEST, Picture
from tracing.sources import Source, sources

HOME, FILES = "/console/trace", "/console/trace/file"
LEGIBLE = 24  # boxes that are drawn without being asked for more
DRAWN = 500  # boxes that are drawn at all; more are collapsed further
FORMS = ("pdf", "csv", "graphml")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the legend: which colour and mark stand for a verdict."""

    mark: str
    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found."""

    name: str
    code: str
    url: str
    told: Told
    judged: Judged
    narrowed: str  # what the lists below were narrowed to; empty: they are whole
    whither: tuple[Whither, ...]
    whence: tuple[Whence, ...]
    lines_more: str
    graph: str  # JSON for the script
    collapsed: tuple[Option, ...]
    picture_note: str
    legend: tuple[Mark, ...]
    diagram: Diagram
    rows: tuple[Row, ...]
    rows_more: str
    downloads: tuple[Link, ...]
    other: Link  # the same thing the other way
    recall: str  # where a recall of it is opened; empty: the reader may not


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why there is no answer, what the rules of codes say, and where else to look for the text."""

    problem: str
    detail: str
    look: str


@dataclass(frozen=True, slots=True)
class TracePage:
    """templates/console/trace/page.html"""

    template: ClassVar[str] = "console/trace/page.html"
    frame: Frame
    text: str
    directions: tuple[Option, ...]
    filtered: bool  # some filter is set: the filters stand open
    since: str
    until: str
    problems: Mapping[str, str]
    places: tuple[Option, ...]
    products: tuple[Option, ...]
    steps: tuple[Option, ...]
    clear_url: str
    wrong: Wrong | None = None  # why nothing was found
    candidates: tuple[Candidate, ...] = ()  # what the text may mean
    answer: Answer | None = None


def trace_page(
    visit: Visit,
    asked: Asked,
    trace: Trace | None,
    names: Names,
    *,
    wrong: Wrong | None = None,
    candidates: tuple[Candidate, ...] = (),
) -> TracePage:
    """The page; `trace` is the whole answer, which the page narrows as it was asked."""
    words = visit.words
    places, products, steps = _choices(trace, names) if trace else ({}, {}, {})
    return TracePage(
        frame=visit.frame(words.say("trace.title")),
        text=asked.text,
        directions=tuple(Option(one, words.say(f"trace.direction.{one}"), one == asked.direction) for one in ("forward", "backward")),
        filtered=bool(asked.typed),
        since=asked.typed.get("since", ""),
        until=asked.typed.get("until", ""),
        problems={name: words.say("trace.problem.day", typed=typed) for name, typed in asked.wrong.items()},
        places=_options(places, asked.narrow.place, words.say("trace.any.place")),
        products=_options(products, asked.narrow.product, words.say("trace.any.product")),
        steps=_options(steps, asked.narrow.biz_step, words.say("trace.any.step")),
        clear_url=with_query(HOME, {"text": asked.text, "direction": asked.direction}) if asked.typed else "",
        wrong=wrong,
        candidates=candidates,
        answer=_answer(visit, asked, trace, names) if trace else None,
    )


def drawn(trace: Trace, asked: Asked) -> Picture:
    """As it was asked; else the finest that is legible. What could not be drawn at all is collapsed further."""
    if asked.by is None:
        return fitting(trace, LEGIBLE)
    for by in FINEST[FINEST.index(asked.by) :]:
        picture = collapse(trace, by)
        if len(picture.boxes) <= DRAWN:
            break
    return picture


def _answer(visit: Visit, asked: Asked, whole: Trace, names: Names) -> Answer:
    words, query = visit.words, _query(visit)
    trace = narrowed(whole, asked.narrow)
    start = next(thing for thing in whole.things if thing.number == whole.start)
    forward = whole.direction == "forward"
    led = _led(whole, None)
    went, came = led if trace is whole else _led(whole, trace)
    picture = drawn(trace, asked)
    more = max(len(went), len(came)) - MOST_LINES
    return Answer(
        name=names.thing(start),
        code=item_text(start.code),
        url=item_url(start.code),
        told=told(whole, names, *led),
        judged=judged(whole, names),
        narrowed=_narrowed(trace, whole, words),
        whither=whither(went, names),
        whence=whence(came, names),
        lines_more=words.say("trace.lines.more", count=more) if more > 0 else "",
        graph=graph(picture, trace, names),
        collapsed=tuple(
            Option(by, words.say(f"trace.by.{by}"), by == picture.by, with_query(HOME, query, by=by) + "#picture") for by in FINEST
        ),
        picture_note=_picture_note(picture, asked, words),
        legend=tuple(Mark(MARKS[one], TONES[one], words.say(f"trace.verdict.{one.replace(' ', '_')}")) for one in MARKS),
        diagram=diagram(overview(picture if picture.by == "level" else collapse(trace, "level")), trace, names),
        rows=rows(trace, names),
        rows_more=words.say("trace.rows.more", count=words.number(len(trace.steps) - MOST_ROWS)) if len(trace.steps) > MOST_ROWS else "",
        downloads=tuple(Link(with_query(FILES, query, form=form, by=None), words.say(f"trace.file.{form}")) for form in FORMS),
        other=Link(
            with_query(HOME, {"text": asked.text}, direction="backward" if forward else "forward"),
            words.say("trace.other.backward" if forward else "trace.other.forward"),
        ),
        recall=link(f"{RECALLS}/new", code=start.code) if visit.may(Right.HOLD) else "",
    )


def _led(whole: Trace, shown: Trace | None) -> tuple[tuple[Destination, ...], tuple[Source, ...]]:
    """Where it led, or what led to it; of a part only that, judged by the whole."""
    return (destinations(whole, shown), ()) if whole.direction == "forward" else ((), sources(whole, shown))


def _narrowed(trace: Trace, whole: Trace, words: ConsoleWords) -> str:
    return "" if trace is whole else words.say("trace.narrowed", steps=len(trace.steps), all=len(whole.steps))


def _query(visit: Visit) -> dict[str, str]:
    kept = ("text", "direction", "since", "until", "place", "product", "step", "by")
    return {name: value for name, value in visit.request.query_params.items() if name in kept and value}


def _picture_note(picture: Picture, asked: Asked, words: ConsoleWords) -> str:
    notes = []
    if asked.by and asked.by != picture.by:
        notes.append(words.say("trace.collapsed", most=DRAWN))
    if picture.left_out:
        notes.append(words.say("trace.left_out", count=picture.left_out))
    return " ".join(notes)


def _choices(trace: Trace, names: Names) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What the answer can be narrowed to: its own places, products and steps, by their names."""
    places = (place for step in trace.steps for place in (step.place, step.location, step.destination.place))
    return (
        {code: names.place(code) for code in places if code},
        {thing.product: names.product(thing.product) for thing in trace.things if thing.product},
        {step.biz_step: names.step(step.kind, step.biz_step) for step in trace.steps if step.biz_step},
    )


def _options(known: Mapping[str, str], chosen: str, everything: str) -> tuple[Option, ...]:
    ordered: Iterable[tuple[str, str]] = sorted(known.items(), key=lambda pair: pair[1])
    own = [(chosen, item_text(chosen))] if chosen and chosen not in known else []
    return tuple(Option(value, text, value == chosen) for value, text in [("", everything), *ordered, *own])


def printed(visit: Visit, asked: Asked, whole: Trace, names: Names) -> bytes:
    """The same as a PDF."""
    words = visit.words
    trace, start = narrowed(whole, asked.narrow), next(thing for thing in whole.things if thing.number == whole.start)
    went, came = _led(whole, trace)
    made = words.say("trace.made.for", when=words.exact(words.now), who=visit.acting.display_name)
    return paper(
        code=start.code,
        name=names.thing(start),
        question=words.say(f"trace.direction.{whole.direction}"),
        told=told(whole, names, *_led(whole, None)),
        judged=judged(whole, names),
        narrowed=_narrowed(trace, whole, words),
        lines=whither(went, names) or whence(came, names),
        drawing=diagram(overview(collapse(trace, "level")), trace, names),
        rows=rows(trace, names, MOST_PRINTED),
        left_out=max(0, len(trace.steps) - MOST_PRINTED),
        made=made,
        words=words,
    )
