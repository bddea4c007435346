"""Places, companies and products by the names that master data gives them, so that nobody has to type their codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.names import stated_names
from api.pages.words import Words
from records.models import Vocabulary

MOST = 1_000
_PLACES = ("https://id.gs1.org/414/", "https://id.gs1.org/417/")
_PRODUCTS = ("https://id.gs1.org/01/",)


@dataclass(frozen=True, slots=True)
class Known:
    """Name -> the codes that have it."""

    places: Mapping[str, Sequence[str]] = field(default_factory=dict)
    products: Mapping[str, Sequence[str]] = field(default_factory=dict)


def known(session: Session, words: Words) -> Known:
    """Those of which something is recorded as master data, the first by code."""
    return Known(_named(session, words, _PLACES), _named(session, words, _PRODUCTS))


def _named(session: Session, words: Words, begins: Sequence[str]) -> Mapping[str, Sequence[str]]:
    begun = or_(*(Vocabulary.code.startswith(begin) for begin in begins))
    codes = session.scalars(select(Vocabulary.code).where(begun).distinct().order_by(Vocabulary.code).limit(MOST)).all()
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in stated_names(session, codes, words).items():
        found[name].append(code)
    return found
