"""Single values of a form: a typed text becomes what the event holds, or `Wrong` says which text tells what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidCode

T = TypeVar("T")
DOCUMENT = "https://id.traceledger.org/document/"  # names a delivery note that has a number and no URI
_EARLIEST = 2000  # year
_AHEAD = timedelta(minutes=1)  # somebody's clock may be that much before ours
_COLDEST, _HOTTEST = Decimal("-273.15"), Decimal(5000)  # °C
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # all but tab and new line
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")


class Wrong(Exception):
    """A value that cannot be taken; the text `key` says why, with `detail` in its blank."""

    def __init__(self, key: str, detail: str | InvalidCode = "") -> None:
        super().__init__(key)
        self.key, self.detail = key, detail


def plain(text: str, most: int) -> str:
    """Free text, without what no keyboard types."""
    if _CONTROL.search(text):
        raise Wrong("capture.text.control")
    if len(text) > most:
        raise Wrong("capture.text.long", str(most))
    return text


def number(text: str) -> int | float:
    """A decimal number as JSON has it."""
    if not _NUMBER.fullmatch(text):
        raise Wrong("capture.number.wrong")
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def quantity(text: str) -> int | float:
    """How much of a lot: more than nothing."""
    value = number(text)
    if value <= 0:
        raise Wrong("capture.quantity.wrong")
    return value


def temperature(text: str) -> int | float:
    """Degrees Celsius."""
    value = number(text)
    if not _COLDEST <= value <= _HOTTEST:
        raise Wrong("capture.temperature.wrong")
    return value


def delivery(text: str) -> str:
    """The URI of a delivery note: itself, or one made of its number."""
    plain(text, 200)
    try:
        return scan(text).item.uri if ":" in text or text[:1] in "(]" else DOCUMENT + quote(text, safe="")
    except InvalidCode as error:
        raise Wrong("capture.delivery.wrong", error) from None


def moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """What the browser's field of date and time holds, in its zone; not in the future."""
    try:
        local = datetime.fromisoformat(text)
        when = local.replace(tzinfo=zone) if local.tzinfo is None else local
        ahead = when - now
    except (ValueError, OverflowError):
        raise Wrong("capture.time.wrong") from None
    if ahead > _AHEAD:
        raise Wrong("capture.time.future")
    if when.year < _EARLIEST:
        raise Wrong("capture.time.early", str(_EARLIEST))
    return when


def zone_named(name: str) -> tzinfo:
    """The zone in which the form was filled in. An unknown one is wrong, because the time would be another."""
    try:
        return ZoneInfo(name[:64])
    except (ValueError, OSError, LookupError):
        raise Wrong("capture.time.zone") from None


def tried(act: Callable[[], T], otherwise: T, tell: Callable[[Wrong], None]) -> T:
    """What `act` gives; if it is wrong, `tell` hears of it."""
    try:
        return act()
    except Wrong as wrong:
        tell(wrong)
        return otherwise
