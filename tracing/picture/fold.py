"""Steps that one thing went into, or that one thing came out of, are no boxes of their own: their arrows go from thing to thing.

It halves how long a picture is, and loses nothing: the arrow says which step it was. What several things went into and several came out
of stays a box, else every input would have an arrow to every output.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from tracing.loads import PUT_IN
from tracing.picture.shapes import Arrow, Box, Picture


def fold(picture: Picture) -> Picture:
    """The same picture with fewer boxes."""
    into: dict[str, list[Arrow]] = defaultdict(list)
    out: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in picture.arrows:
        into[arrow.target].append(arrow)
        out[arrow.source].append(arrow)
    folded = {box.key: box for box in picture.boxes if box.sort == "step" and 1 in (len(into[box.key]), len(out[box.key]))}
    straight = [arrow for arrow in picture.arrows if not {arrow.source, arrow.target} & folded.keys()]
    bent = [_joined(box, one, other) for key, box in folded.items() for one in into[key] for other in out[key]]
    return replace(picture, boxes=tuple(box for box in picture.boxes if box.key not in folded), arrows=(*straight, *bent))


def _joined(step: Box, one: Arrow, other: Arrow) -> Arrow:
    """The arrow into a step and the one out of it. A carrier is told by what was put into it."""
    return Arrow(
        source=one.source,
        target=other.target,
        amounts=one.amounts if step.kind in PUT_IN else other.amounts,
        used=() if step.kind in PUT_IN else one.amounts,
        inside=(),
        things=tuple(dict.fromkeys((*one.things, *other.things))),
        steps=step.steps,
        verdict=step.verdict,
        declared=step.declared,
        kind=step.kind,
        biz_step=step.biz_step,
        place=step.place,
    )
