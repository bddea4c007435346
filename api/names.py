"""Names that companies gave to places and products in their master data: shown beside codes, labelled as stated, never as proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.facts import History, Names
from api.pages.payload import object_in, text_in
from api.pages.words import Words, bare
from ledger_client.codes import ItemCode, canonical
from ledger_client.errors import InvalidCode
from records.models import Vocabulary

PLACE_NAMES = ("name", "siteName", "locationName", "description")


def names_for(session: Session, history: History, code: ItemCode, words: Words) -> Names:
    """What is said of the places in a history, and of the item's product."""
    places = {said: _canonical(said) for said in _places(history)}
    product = f"https://id.gs1.org/01/{code.parts['01']}" if "01" in code.parts else code.uri
    known = attributes_of(session, {*places.values(), code.uri, product})
    return Names(
        places={said: name for said, key in places.items() if (name := _first(known.get(key, {}), PLACE_NAMES, words))},
        products={key: known[key] for key in (code.uri, product) if key in known},
    )


def _places(history: History) -> set[str]:
    said = (text_in(object_in(fact.properties, name), "id") for fact in history.facts for name in ("readPoint", "bizLocation"))
    return {code for code in said if code}


def attributes_of(session: Session, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Attributes by code, their names without prefixes; what several companies say of one code is merged, the first by key winning."""
    query = select(Vocabulary.code, Vocabulary.attributes).where(Vocabulary.code.in_(sorted(codes))).order_by(Vocabulary.signer)
    found: dict[str, dict[str, Any]] = {}
    for code, attributes in session.execute(query):
        found[code] = {bare(name): value for name, value in attributes.items()} | found.get(code, {})
    return found


def _first(attributes: Mapping[str, Any], wanted: Iterable[str], words: Words) -> str:
    return next((text for name in wanted if (text := words.stated(attributes, name))), "")


def _canonical(text: str) -> str:
    try:
        return canonical(text)
    except InvalidCode:
        return text
