"""What is known of an item's history, whichever way it was learnt: the pages' only input.

Made by `api.live` from a proof bundle and the verifier's verdict, or from stored rows and the mirror while the node is down.
Pure values: no page looks at a database or a chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of verification (spec 7.1) and its outcome: passed, failed or not_checked."""

    number: int
    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Anchored:
    """When and by whom the chain was told."""

    seq: int
    time: int  # Unix seconds of the block
    block: int
    signer: str  # 0x…
    member_id: int
    member: str  # name, empty when unknown


@dataclass(frozen=True, slots=True)
class Fact:
    """One record of the item, as far as it is public."""

    commitment: str  # 0x…
    verdict: str  # spec 7.2, or "unchecked"
    anchored: Anchored | None  # None: stored, not on the chain yet
    hidden: str = ""  # policy, erased, elsewhere or missing; empty when something is shown
    size: int = 0  # properties that the record has, shown or not
    raw: Mapping[str, str] = field(default_factory=dict)  # property -> RFC 8785 text
    properties: Mapping[str, Any] = field(default_factory=dict)  # the same, parsed
    steps: tuple[Step, ...] = ()
    signer: str = ""  # who recorded it, for one that is not anchored yet


@dataclass(frozen=True, slots=True)
class Seen:
    """The block that the history was held against, and the item's head in it."""

    number: int
    hash: str
    time: int
    head: str
    count: int


@dataclass(frozen=True, slots=True)
class History:
    """Everything that is known of one item."""

    code: str  # canonical
    verdict: str  # spec 7.3, or "unchecked" while the node is down
    facts: tuple[Fact, ...]
    reason: str = ""  # what failed, in the verifier's words
    steps: tuple[Step, ...] = ()  # of the item as a whole: 5 and 6
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Names that companies gave to codes (master data; stated, never proven). Keys are canonical codes."""

    places: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # code -> attribute without its prefix -> value
