"""What is suspected, as somebody says it: all that is said has to hold of an event, of several values any.

It comes as JSON from a request or a form (`of`), is kept with the case and stands in its opening event (`told`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from ledger_client.codes import canonical
from ledger_client.epcis.query import values
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import sentence

MOST_VALUES = 200  # of one field
LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Limit:
    """A reading that is out of limits: below the one, or above the other, in a unit of UN/ECE Recommendation 20."""

    type: str  # of measurement, a word of the GS1 vocabulary: Temperature
    uom: str
    below: Decimal | None = None
    above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Empty fields ask for nothing. `since` is included, `before` is not."""

    codes: tuple[str, ...] = ()  # canonical: lots, items, containers
    products: tuple[str, ...] = ()  # canonical codes of trade items
    suppliers: tuple[str, ...] = ()  # owner or place of origin, as shipments and receipts name them
    machines: tuple[str, ...] = ()  # code (GIAI, place, device of a sensor), or the extension `machine`
    places: tuple[str, ...] = ()  # with all places within
    operators: tuple[str, ...] = ()  # code (GSRN), or the extension `operator`
    since: datetime | None = None
    before: datetime | None = None
    reading: Limit | None = None

    @property
    def names_things_only(self) -> bool:
        """Whether nothing but codes is said: those things are affected, whatever happened to them."""
        return bool(self.codes) and self == Suspicion(codes=self.codes)


def of(said: Mapping[str, Any]) -> Suspicion:
    """A suspicion out of its JSON; InvalidInput names the field that cannot be read, or says that nothing is asked."""
    unknown = sorted(said.keys() - {field.name for field in fields(Suspicion)})
    if unknown:
        known = ", ".join(field.name for field in fields(Suspicion))
        raise InvalidInput(f"suspicion.{unknown[0][:60]}", "is no field of a suspicion", sentence("use {known}", known=known))
    found = Suspicion(
        codes=_texts(said, "codes", _code),
        products=_texts(said, "products", _product),
        suppliers=_texts(said, "suppliers", _uri),
        machines=_texts(said, "machines", str),
        places=_texts(said, "places", _uri),
        operators=_texts(said, "operators", str),
        since=_moment(said, "since"),
        before=_moment(said, "before"),
        reading=_limit(said.get("reading")),
    )
    if found == Suspicion():
        raise InvalidInput("suspicion", "names nothing", "give a lot, a supplier, a machine, a place, a time, an operator or a limit")
    if found.since and found.before and found.since >= found.before:
        raise InvalidInput("suspicion.before", "is not after since", "give the end of the time first to last")
    return found


def codes_of(named: Sequence[str]) -> list[str]:
    """Those machines and operators that are named by a code, in its canonical spelling: `(8004)…`, `urn:epc:id:giai:…`, any other URI."""
    found = []
    for text in named:
        if ":" in text or text.startswith("("):
            with suppress(InvalidCode):  # a name with a colon in it
                found.append(canonical(text))
    return found


def told(suspicion: Suspicion) -> dict[str, Any]:
    """Its JSON, without what is empty; `of` reads it again."""
    said: dict[str, Any] = {field.name: getattr(suspicion, field.name) for field in fields(Suspicion)}
    said |= {name: list(value) for name, value in said.items() if isinstance(value, tuple)}
    said |= {name: value.isoformat() for name, value in said.items() if isinstance(value, datetime)}
    if limit := suspicion.reading:
        bounds = {"below": limit.below, "above": limit.above}
        said["reading"] = {"type": limit.type, "uom": limit.uom} | {name: f"{at:f}" for name, at in bounds.items() if at is not None}
    return {name: value for name, value in said.items() if value}


def _texts(said: Mapping[str, Any], name: str, read: Callable[[str], str]) -> tuple[str, ...]:
    given = said.get(name) or []
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise InvalidInput(f"suspicion.{name}", "is no list of texts", 'write it like ["…"]')
    if len(given) > MOST_VALUES or any(len(one) > LONGEST or not one.isprintable() for one in given):
        raise InvalidInput(f"suspicion.{name}", "is too long or holds a control character", sentence("give 1 to {most}", most=MOST_VALUES))
    texts = (one.strip() for one in given)
    return tuple(dict.fromkeys(_read(f"suspicion.{name}", read, one) for one in texts if one))


def _read(field: str, read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except InvalidCode as error:
        raise InvalidInput(field, sentence("{code}: {problem}", code=text[:80], problem=sentence(error.problem)), error.fix) from None


def _code(text: str) -> str:
    return canonical(text)


def _product(text: str) -> str:
    """Of a GTIN, also a bare one; a lot or serial number with it is left out."""
    code = canonical(f"(01){text.zfill(14)}" if text.isascii() and text.isdigit() else text)
    if "/01/" not in code:
        raise InvalidCode(f"product {text[:80]}", "is no trade item", "give its GTIN")
    return code[: code.index("/01/") + 18]


def _uri(text: str) -> str:
    """A place or a party, as events name it."""
    if ":" not in text:
        raise InvalidCode(text[:80], "is no URI", "give the code of a place or a company, such as https://id.gs1.org/414/…")
    return values.identifier(text, {})


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    given = said.get(name)
    if given in (None, ""):
        return None
    found = given if isinstance(given, datetime) else values.moment(given)
    if found is None or found.tzinfo is None:
        raise InvalidInput(f"suspicion.{name}", "is no moment", "write it like 2026-09-01T06:10:00+08:00")
    return found


def _limit(given: Any) -> Limit | None:  # noqa: ANN401 (JSON)
    if not given:
        return None
    if not isinstance(given, Mapping) or not all(isinstance(given.get(name), str) and given[name] for name in ("type", "uom")):
        raise InvalidInput(
            "suspicion.reading", "lacks what is measured, or its unit", 'write {"type": "Temperature", "uom": "CEL", "above": 6}'
        )
    kind, uom = given["type"].strip(), given["uom"].strip().upper()
    if not (kind.isascii() and kind.isalpha() and len(kind) <= 60 and uom.isascii() and uom.isalnum() and 2 <= len(uom) <= 4):
        raise InvalidInput(
            "suspicion.reading", "is no measurement with a unit", "the type is a word such as Temperature, the unit such as CEL"
        )
    below, above = (_number(given.get(name), name) for name in ("below", "above"))
    if below is None and above is None:
        raise InvalidInput("suspicion.reading", "has no limit", "give below, above or both")
    return Limit(kind, uom, below, above)


def _number(given: Any, name: str) -> Decimal | None:  # noqa: ANN401 (JSON)
    if given in (None, ""):
        return None
    found = values.number(given)
    if found is None:
        raise InvalidInput(f"suspicion.reading.{name}", "is no number", "write it like 6.5")
    return found
