"""Places by the names that members' master data gives them; what is typed is a name, a GLN in any spelling, or a URI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.console.capture.values import Wrong
from api.names import PLACE_NAMES
from api.pages.words import Words, bare
from ledger_client.codes import ItemCode, parse
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidCode
from records.models import Vocabulary

MOST = 300


@dataclass(frozen=True, slots=True)
class Place:
    """A place that has a name."""

    code: str
    name: str


def places(session: Session, signer: bytes, words: Words) -> tuple[Place, ...]:
    """The member's own places, by name; those of all members where it has told of none."""
    kinds = or_(Vocabulary.type.endswith("BusinessLocation"), Vocabulary.type.endswith("ReadPoint"))
    rows = session.scalars(select(Vocabulary).where(kinds).order_by(Vocabulary.code, Vocabulary.signer).limit(10 * MOST)).all()
    told = [row for row in rows if row.signer == signer] or rows
    named = {row.code: name for row in reversed(told) if (name := _name(row, words))}
    return tuple(Place(code, name) for code, name in sorted(named.items(), key=lambda pair: pair[1]))[:MOST]


def place_of(text: str, known: Sequence[Place]) -> str:
    """The URI of the place that is meant; raises Wrong."""
    typed = text.strip()
    named = [place.code for place in known if place.name == typed]
    if len(named) == 1:
        return named[0]
    if named:
        raise Wrong("capture.place.ambiguous", ", ".join(named))
    try:
        code = _gln(typed) if len(typed) == 13 and typed.isascii() and typed.isdigit() else scan(typed).item
    except InvalidCode as error:
        raise Wrong("capture.place.unknown", error) from None
    if code.scheme == "gs1" and code.key != "414":
        raise Wrong("capture.place.other", code.uri)
    return code.uri


def name_of(code: str, known: Sequence[Place]) -> str:
    """The place's name; its code where it has none."""
    return next((place.name for place in known if place.code == code), code)


def _gln(digits: str) -> ItemCode:
    """Thirteen digits are a GLN here, elsewhere a GTIN."""
    return parse(f"(414){digits}")


def _name(row: Vocabulary, words: Words) -> str:
    attributes = {bare(name): value for name, value in row.attributes.items()}
    return next((text for name in PLACE_NAMES if (text := words.stated(attributes, name))), "")
