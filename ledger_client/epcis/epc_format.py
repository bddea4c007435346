"""The spelling of the EPCs in events that are told: as GS1 Digital Links or as EPC URNs (EPCIS 2.0, header GS1-EPC-Format).

A URN says how long the company prefix is, a Digital Link does not: a link becomes a URN where a company prefix is known that fits,
and stays a link elsewhere. The event id is the same either way (docs/event-hash.md rule 8e); the commitment is to the spelling as recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Final, Literal, get_args

from ledger_client.codes import parse, urn
from ledger_client.codes.epc_urn import urn_of
from ledger_client.epcis.json_value import Event, Json
from ledger_client.errors import InvalidCode

EpcFormat = Literal["No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"]
FORMATS: Final[tuple[EpcFormat, ...]] = get_args(EpcFormat)
_TEXTS: Final[tuple[str, ...]] = ("parentID", "transformationID")
_LISTS: Final[tuple[str, ...]] = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_MEMBERS: Final = {  # list of objects -> which member is an EPC
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), "epcClass"),
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_PLACES: Final[tuple[str, ...]] = ("readPoint", "bizLocation")
_PREFIX = re.compile(r"urn:epc:(?:id|class|idpat):[a-z]+:([0-9]{6,12})\.")


def spelled(events: Iterable[Event], wanted: EpcFormat) -> list[Event]:
    """The events with their EPCs as wanted; company prefixes are learned from the URNs among them. The given ones stay as they are."""
    told = list(events)
    if wanted == "Always_GS1_Digital_Link":
        return [_translated(event, _link) for event in told]
    if wanted == "Always_EPC_URN":
        known = _prefixes(told)
        return [_translated(event, lambda text: _urn(text, known)) for event in told]
    return told


def _translated(event: Event, change: Callable[[str], str]) -> Event:
    def told(value: Json) -> Json:
        return change(value) if isinstance(value, str) else value

    def within(value: Json, name: str) -> Json:
        return {**value, name: told(value[name])} if isinstance(value, dict) and name in value else value

    found = {name: told(event[name]) for name in _TEXTS if name in event}
    found |= {name: [told(one) for one in event[name]] for name in _LISTS if isinstance(event.get(name), list)}
    found |= {name: [within(one, member) for one in event[name]] for name, member in _MEMBERS.items() if isinstance(event.get(name), list)}
    found |= {name: within(event[name], "id") for name in _PLACES if name in event}
    return {**event, **found}


def _link(text: str) -> str:
    if not text.startswith("urn:epc:"):
        return text
    try:
        item = urn.parse(text)
    except InvalidCode:
        return text
    return item.uri if item else text


def _urn(text: str, prefixes: Collection[str]) -> str:
    if not text.startswith("http"):
        return text
    try:
        return urn_of(parse(text), prefixes=prefixes)
    except InvalidCode:
        return text


def _prefixes(events: list[Event]) -> frozenset[str]:
    texts: list[Json] = []

    def seen(text: str) -> str:
        texts.append(text)
        return text

    for event in events:
        _translated(event, seen)
    return frozenset(match[1] for text in texts if (match := _PREFIX.match(text)))
