"""Names that companies gave to places and products in their master data: shown beside codes, labelled as stated, never as proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from api.pages.facts import History, Names
from api.pages.payload import object_in, text_in
from api.pages.product import NAME_ATTRIBUTES
from api.pages.words import Words, bare
from ledger_client.codes import ItemCode, canonical
from ledger_client.errors import InvalidCode
from records.models import Vocabulary

_ATTRIBUTES = (
    select(Vocabulary.code, Vocabulary.attributes)
    .where(Vocabulary.code.in_(bindparam("codes", expanding=True)))
    .order_by(Vocabulary.signer)
)  # built once: every page asks it
PLACE_NAMES = ("name", "siteName", "locationName", "description")


def names_for(session: Session, history: History, code: ItemCode, words: Words) -> Names:
    """What is said of the places in a history, and of the item's product."""
    product = product_code(code)
    known = attributes_of(session, {code.uri, product})
    return Names(
        places=place_names(session, _places(history), words), products={key: known[key] for key in (code.uri, product) if key in known}
    )


def place_names(session: Session, said: Iterable[str], words: Words) -> dict[str, str]:
    """Code of a place or a party, as events write it -> its name, for those that have one."""
    places = {one: _canonical(one) for one in said}
    known = attributes_of(session, places.values()) if places else {}
    return {one: name for one, key in places.items() if (name := _first(known.get(key, {}), PLACE_NAMES, words))}


def product_names(session: Session, codes: Iterable[ItemCode], words: Words) -> dict[str, str]:
    """Item code -> the name of the item, or of its product, for those that have one."""
    products = {code.uri: product_code(code) for code in codes}
    known = attributes_of(session, {*products, *products.values()}) if products else {}
    return {
        code: name
        for code, product in products.items()
        if (name := _first(known.get(code, {}), NAME_ATTRIBUTES, words) or _first(known.get(product, {}), NAME_ATTRIBUTES, words))
    }


def stated_names(session: Session, codes: Iterable[str], words: Words) -> dict[str, str]:
    """Code of whatever master data speak of -> its name, for those that have one."""
    known = attributes_of(session, codes)
    return {code: name for code, said in known.items() if (name := _first(said, (*NAME_ATTRIBUTES, *PLACE_NAMES), words))}


def product_code(code: ItemCode) -> str:
    """The code that master data of an item's product is kept under: its GTIN without lot or serial, else the code itself."""
    return f"https://id.gs1.org/01/{code.parts['01']}" if "01" in code.parts else code.uri


def _places(history: History) -> set[str]:
    said = (text_in(object_in(fact.properties, name), "id") for fact in history.facts for name in ("readPoint", "bizLocation"))
    return {code for code in said if code}


def attributes_of(session: Session, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Attributes by code, their names without prefixes; what several companies say of one code is merged, the first by key winning."""
    found: dict[str, dict[str, Any]] = {}
    for code, attributes in session.connection().execute(_ATTRIBUTES, {"codes": sorted(codes)}):
        found[code] = {bare(name): value for name, value in attributes.items()} | found.get(code, {})
    return found


def _first(attributes: Mapping[str, Any], wanted: Iterable[str], words: Words) -> str:
    return next((text for name in wanted if (text := words.stated(attributes, name))), "")


def _canonical(text: str) -> str:
    try:
        return canonical(text)
    except InvalidCode:
        return text
