"""Which of an item's links answers a request: by type, then by the reader's languages, then by media type. Pure.

GS1-Conformant Resolver 1.2: the client's linkType, Accept-Language and Accept are matched against what each link says of itself; what
is left open falls to the link that is marked as first of its type; several that match alike are all told (300).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LINKSET = "application/linkset+json"
_UNTOLD = 0.0001  # weight of what a link does not say


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is told: `link_type` by its name, `language` and `media_type` empty when not told."""

    link_type: str
    target: str
    title: str
    language: str = ""
    media_type: str = ""
    first: bool = False


def matching(links: Sequence[Link], languages: str, media_types: str) -> list[Link]:
    """Of links of one type those that suit best; `languages`, `media_types`: Accept-Language and Accept as they were sent."""
    ranges, types = weights(languages or "*"), weights(media_types or "*/*")
    found = _best(links, lambda link: _language_weight(link.language, ranges))
    found = _best(found, lambda link: media_weight(link.media_type, types))
    firsts = [link for link in found if link.first]
    return firsts if len(found) > 1 and len(firsts) == 1 else found


def weights(header: str) -> dict[str, float]:
    """The ranges of an Accept header with their weights (RFC 9110, section 12.4.2); a weight that cannot be read counts as 0."""
    found: dict[str, float] = {}
    for piece in header.lower().split(","):
        name, *parameters = (part.strip() for part in piece.split(";"))
        weight = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
        if name:
            found[name] = min(float(weight), 1.0) if weight.replace(".", "", 1).isdecimal() and weight.isascii() else 0.0
    return found


def media_weight(media_type: str, types: dict[str, float]) -> float:
    """How welcome a media type is; one that is not told is better than one that is not wanted."""
    if not media_type:
        return max(types.get("*/*", 0.0), _UNTOLD)
    return next((types[name] for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*") if name in types), 0.0)


def _language_weight(language: str, ranges: dict[str, float]) -> float:
    """RFC 4647, section 3.4 (lookup), either way round: `en` suits who reads `en-GB`, and `en-GB` who reads `en`; exact suits best."""
    if not language:
        return max(ranges.get("*", 0.0), _UNTOLD)
    name = language.lower()
    exact = [weight for wanted, weight in ranges.items() if wanted == name]
    near = [weight - 0.0005 for wanted, weight in ranges.items() if weight and (_within(wanted, name) or _within(name, wanted))]
    return max([*exact, *near, ranges.get("*", 0.0) if not exact else 0.0])


def _within(fine: str, coarse: str) -> bool:
    return fine.startswith(coarse + "-")


def _best(links: Sequence[Link], weight: Callable[[Link], float]) -> list[Link]:
    """The links of the highest weight; when none suits, the first of its type, else all: somebody who asked is not sent away."""
    most = max((weight(link) for link in links), default=0.0)
    if most > 0:
        return [link for link in links if weight(link) == most]
    firsts = [link for link in links if link.first]
    return firsts or list(links)
