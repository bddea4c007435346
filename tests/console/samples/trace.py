"""A trace: nothing asked, what is no code or unknown, forward and backward, every end, narrowed, hostile words, thousands of steps."""

from __future__ import annotations

from dataclasses import replace

from api.console.shown import moment
from api.console.tracing.asked import asked_in
from api.console.tracing.candidates import Candidate
from api.console.tracing.named import Names
from api.console.tracing.page import Wrong, trace_page
from tests.console.sampled import HOSTILE, NOW
from tests.tracing.stories import GTIN, PLANT, RAW, SHOPS, START, Story, milk
from tests.tracing.test_picture import units
from tracing.answer import Evidence, Finding, What, Why


def shown(story=None, query=None, **more):
    """The page of a story, asked for with these parameters."""

    def page(visit):
        asked = asked_in({"text": "x", **(query or {})}, visit.words.zone)
        trace = story.told() if story else None
        places = {PLANT: "Plant", SHOPS[0]: "Shop 1"} | ({SHOPS[1]: HOSTILE} if story is HOSTILE_STORY else {})
        return trace_page(visit, asked, trace, Names(visit.words, places, {GTIN: "Milk"}, {b"\x11" * 20: "Dairy"}), **more)

    return page


def truncated() -> Story:
    """Every end, and every verdict."""
    story = milk("altered")
    for number, why in enumerate(Why):
        story.end(why, 1 + number % 3, None if number % 2 else 1 + number)
    for _ in range(9):
        story.end(Why.CUSTODY, 2, len(story.ends))
    verdicts = ("pending", "erased", "not checked")
    story.steps = [replace(step, verdict=verdicts[n % 3]) if n % 5 == 0 else step for n, step in enumerate(story.steps)]
    story.step("moved", "receiving", 14, SHOPS[1], (2, "object", 60.0), declared=True, withheld=True)
    return story


def backward() -> Story:
    """What a lot was made from, to the origins."""
    story = Story("backward")
    made, tank, raw = story.thing(f"{GTIN}/10/A"), story.thing(f"{RAW}/10/S7", how="used"), story.thing(f"{RAW}/10/R", how="used", depth=2)
    story.step("transformed", "creating_class_instance", 2, PLANT, (raw, "input", 120.0, "KGM"), (tank, "output", 119.5, "KGM"))
    story.step("transformed", "", 3, "", (tank, "input", 60.25, "KGM"), (made, "output"))
    story.end(Why.ORIGIN, raw)
    return story


def hostile() -> Story:
    """Codes, places and words that are markup."""
    story = Story()
    one, other = story.thing(HOSTILE, "other"), story.thing(f"urn:{HOSTILE}", "other")
    story.step("transformed", HOSTILE, 1, HOSTILE, (one, "input", 1.5, HOSTILE), (other, "output", 1.0))
    story.step("moved", "shipping", 2, HOSTILE, (other, "object"), to=f"urn:{HOSTILE}")
    story.end(Why.ALTERED, one, 1)
    return story


def contradicting() -> Story:
    """A finding of each kind, and more of one than are told."""
    story = milk()
    evidence = (Evidence(1, "urn:x:1", START, "packing"), Evidence(2, "urn:x:2", START, ""))
    story.findings = [Finding(what, 2, evidence, 100.0, 120.5, "KGM", (HOSTILE, "urn:x"), ("KGM", "LTR")) for what in What]
    story.findings += [Finding(What.OVERDRAWN, 1)] * 9
    return story


def meant(visit) -> tuple[Candidate, ...]:
    """A thing with a name, and one without."""
    return tuple(Candidate(name, HOSTILE, "/console/trace?text=x", moment(NOW, visit.words)) for name in ("", HOSTILE))


HOSTILE_STORY = hostile()
ALONE = Story()
ALONE.thing(f"{GTIN}/10/A")
PAGES = {
    "empty": shown(query={"text": ""}),
    "no_code": shown(wrong=Wrong(HOSTILE, HOSTILE, "/console/search?q=x")),
    "candidates": lambda visit: shown(candidates=meant(visit))(visit),
    "findings": shown(contradicting()),
    "forward": shown(milk()),
    "by_level": shown(milk(), {"by": "level"}),
    "truncated": shown(truncated()),
    "backward": shown(backward(), {"direction": "backward"}),
    "narrowed": shown(milk(), {"since": "2026-09-01", "until": "x", "place": SHOPS[0], "step": "receiving", "product": GTIN}),
    "narrowed_to_nothing": shown(milk(), {"since": "2030-01-01", "place": "urn:nowhere"}),
    "alone": shown(ALONE),
    "many": shown(units(24 * 120)),
    "hostile": shown(HOSTILE_STORY),
}
