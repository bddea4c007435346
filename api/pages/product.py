"""Which product it is, who made it, and whether it may still be used: read from the facts that still stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.corrections import standing
from api.pages.facts import Fact, History, Names
from api.pages.journey import MAKING, VOID, states
from api.pages.page import Banner, Part
from api.pages.payload import list_in, object_in, text_in
from api.pages.words import Words, bare
from ledger_client.codes import ItemCode

NAME_ATTRIBUTES = ("descriptionShort", "tradeItemDescription", "functionalName", "name", "description")
DATES = ("productionDate", "harvestDate", "packagingDate", "bestBeforeDate", "sellByDate", "itemExpirationDate")
ENDING = {"decommissioning": "decommissioned", "destroying": "destroyed"}


@dataclass(frozen=True, slots=True)
class Product:
    """What the companies say of the item."""

    name: str
    description: str
    proven: bool  # whether the name is part of a committed event, and not only of master data
    maker: str
    made: bool  # whether `maker` recorded the making, and not only the first step we know
    dates: tuple[Part, ...]  # batch and dates, as stated


def product(history: History, code: ItemCode, names: Names, words: Words) -> Product:
    """Name, maker and dates of an item."""
    facts = states(standing(history.facts))
    stated = _ilmd(facts)
    known = next((names.products[key] for key in (code.uri, *_coarser(code)) if key in names.products), {})
    name = _first(stated, NAME_ATTRIBUTES, words) or _first(known, NAME_ATTRIBUTES, words)
    long = _first(stated, ("descriptionLong", "tradeItemDescription"), words) or _first(
        known, ("descriptionLong", "tradeItemDescription"), words
    )
    makers = [fact for fact in facts if _makes(fact) and fact.anchored]
    anchored = makers or [fact for fact in facts if fact.anchored]
    return Product(
        name=name or words.say("product.unnamed"),
        description=long if long != name else "",
        proven=bool(_first(stated, NAME_ATTRIBUTES, words)),
        maker=anchored[0].anchored.member if anchored and anchored[0].anchored else "",
        made=bool(makers),
        dates=(*_lot(stated, code, words), *_dates(stated, words)),
    )


def _dates(stated: Mapping[str, Any], words: Words) -> tuple[Part, ...]:
    return tuple(Part(words.say(f"date.{date}"), words.date(text)) for date in DATES if (text := words.stated(stated, date)))


def _lot(stated: Mapping[str, Any], code: ItemCode, words: Words) -> tuple[Part, ...]:
    """The batch that the maker names, where the code itself does not."""
    lot = words.stated(stated, "lotNumber")
    return (Part(words.say("part.10"), lot),) if lot and "10" not in code.parts else ()


def banner(history: History, words: Words) -> Banner | None:
    """What the latest record that speaks of the item's state says, if it says that it must not be used."""
    for fact in reversed(states(standing(history.facts))):
        state = _state(fact)
        if state is None:
            continue
        if state in (*VOID, *ENDING.values()):
            signer = fact.anchored.member if fact.anchored else ""
            return told_banner(state, signer, words)
        return None
    return None


def told_banner(state: str, member: str, words: Words) -> Banner:
    """That the item must not be used, and which member says so."""
    source = f"{words.say('void.by')}{'：' if words.language == 'zh' else ': '}{member}" if member else ""
    return Banner(words.say(f"void.{state}"), words.say(f"void.{state}.why"), source)


def code_parts(code: ItemCode, words: Words) -> tuple[Part, ...]:
    """The item code as a person reads it: each piece with its name."""
    if code.scheme == "uri":
        return (Part(words.say("part.uri"), code.uri),)
    return tuple(Part(words.texts.get(f"part.{key}", key), value) for key, value in code.parts.items()) or (
        Part(words.texts.get(f"part.{code.key}", words.say("part.uri")), code.uri.rsplit("/", 1)[-1]),
    )


def _state(fact: Fact) -> str | None:
    """What a record says of the item's state; None when it says nothing."""
    for word in (bare(str(one)) for one in list_in(object_in(fact.properties, "persistentDisposition"), "set")):
        if word in VOID:
            return word
    step = bare(text_in(fact.properties, "bizStep"))
    if step in ENDING:
        return ENDING[step]
    return bare(text_in(fact.properties, "disposition")) or None


def _makes(fact: Fact) -> bool:
    return bare(text_in(fact.properties, "bizStep")) in MAKING or fact.properties.get("type") == "TransformationEvent"


def _ilmd(facts: Sequence[Fact]) -> dict[str, Any]:
    """Master data of the item itself, from its events; a later event completes an earlier one.

    A transformation speaks of what comes out of it (EPCIS 2.0 7.4.6): of this item only if that is how it came to be.
    """
    found: dict[str, Any] = {}
    for number, fact in enumerate(facts):
        if number and fact.properties.get("type") == "TransformationEvent":
            continue
        for name, value in object_in(fact.properties, "ilmd").items():
            found.setdefault(bare(name), value)
    return found


def _coarser(code: ItemCode) -> tuple[str, ...]:
    """The codes that master data may be kept under: the GTIN without lot or serial."""
    return (f"https://id.gs1.org/01/{code.parts['01']}",) if code.scheme == "gs1" and "01" in code.parts else ()


def _first(values: Mapping[str, Any], names: Sequence[str], words: Words) -> str:
    return next((text for name in names if (text := words.stated(values, name))), "")
