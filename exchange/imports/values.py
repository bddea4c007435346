"""Single cells: a text becomes what an event holds, or `Unfit` says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from ledger_client.codes import ItemCode, parse
from ledger_client.codes.own_scheme import OwnScheme
from ledger_client.codes.scan import scan
from ledger_client.epcis.vocabulary import terms
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

DOCUMENT = "https://id.traceledger.org/document/"  # names a delivery note that has a number and no URI
ORDERS = ("ymd", "dmy", "mdy")  # which of year, month and day stands first; a year of four digits in front is always that
UNITS = {  # UN/ECE Recommendation 20; pieces carry none (EPCIS 2.0, 7.3.3.3)
    **dict.fromkeys(
        ("", "pcs", "pc", "piece", "pieces", "ea", "each", "件", "个", "支", "瓶", "盒", "袋", "只", "桶", "罐", "套", "台", "枚"), ""
    ),
    **dict.fromkeys(("kg", "公斤", "千克"), "KGM"),
    **dict.fromkeys(("g", "克"), "GRM"),
    **dict.fromkeys(("t", "吨"), "TNE"),
    **dict.fromkeys(("l", "升"), "LTR"),
    **dict.fromkeys(("ml", "毫升"), "MLT"),
    **dict.fromkeys(("m", "米"), "MTR"),
}
STEPS = {  # what ledgers of goods call the steps of the CBV; its own words and URIs are taken as they are
    **dict.fromkeys(("收货", "到货", "入库", "采购入库", "收货入库", "goods receipt", "receipt"), "receiving"),
    **dict.fromkeys(("发货", "出库", "销售出库", "发运", "goods issue", "despatch", "dispatch"), "shipping"),
    **dict.fromkeys(("生产", "生产入库", "完工", "赋码", "production"), "commissioning"),
    **dict.fromkeys(("投料", "配料", "领料"), "creating_class_instance"),
    **dict.fromkeys(("包装", "装箱", "码垛"), "packing"),
    **dict.fromkeys(("拆箱", "拆垛"), "unpacking"),
    **dict.fromkeys(("装车",), "loading"),
    **dict.fromkeys(("卸车", "卸货"), "unloading"),
    **dict.fromkeys(("检验", "质检", "inspection"), "inspecting"),
    **dict.fromkeys(("存储", "上架", "put away", "putaway"), "storing"),
    **dict.fromkeys(("拣货", "picking"), "picking"),
    **dict.fromkeys(("盘点", "stocktaking", "cycle count"), "stock_taking"),
    **dict.fromkeys(("销毁",), "destroying"),
    **dict.fromkeys(("零售", "销售"), "retail_selling"),
}
_PACKAGES = ("箱", "托", "板", "case", "cases", "ctn", "carton", "pallet")
_ROUNDED = re.compile(r"[0-9]+(\.[0-9]+)?[Ee]\+[0-9]{1,3}")  # 8.1E+19
_CUT = re.compile(r"8[0-9]{14}00000")  # a drug trace code whose end is gone: one in 100,000 looks so rightly
_SERIAL_DAY = re.compile(r"[34567][0-9]{4}(\.[0-9]+)?")  # days since 1900, as spreadsheets count them
_AHEAD = timedelta(minutes=1)  # somebody's clock may be that much before ours
_EARLIEST = 2000  # year
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_DATE = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})日?|(\d{8})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")


class Unfit(Exception):
    """A value that cannot be taken: why, and what to write instead."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


def moment(day: str, clock: str, order: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Date and time of day, in one cell or in two; in that zone unless the text names its own, at midnight if no time is told."""
    if _SERIAL_DAY.fullmatch(day):
        likely = date(1899, 12, 30) + timedelta(days=int(float(day)))
        why = sentence("{day!r} is a spreadsheet's count of days, perhaps {likely}", day=day, likely=likely)
        raise Unfit(why, "format the column as a date and save the file again")
    found = _DATE.match(day)
    rest = f"{day[found.end() :].lstrip(' T')} {clock}".strip() if found else ""
    told = _CLOCK.fullmatch(rest) if rest else None
    if found is None or (rest and told is None):
        raise Unfit(
            sentence("{day!r}{value} is no date", day=day[:40], value=sentence(" with {clock!r}", clock=clock[:20]) if clock else ""),
            sentence("write it like {value}", value=_example(order)),
        )
    hour, minute, second, offset = told.groups() if told else ("0", "0", None, None)
    try:
        year, month, day_of_month = _parts(found, order)
        local = datetime(year, month, day_of_month, int(hour), int(minute), int(second or 0), tzinfo=zone)
        when = datetime.fromisoformat(local.replace(tzinfo=None).isoformat() + offset) if offset else local
        when = when.astimezone(UTC).astimezone(zone)  # an hour that the zone leaves out becomes another
    except (ValueError, OverflowError):
        raise Unfit(
            sentence("{day!r} is not in the calendar", day=f"{day} {clock}".strip()[:40]),
            sentence("write it like {value}", value=_example(order)),
        ) from None
    if when.replace(tzinfo=None) != local.replace(tzinfo=None) and not offset:
        raise Unfit(
            sentence("{day!r} is an hour that {key} leaves out", day=day[:40], key=zone.key), "correct the time, or the mapping's time zone"
        )
    if when - now > _AHEAD:
        raise Unfit(
            sentence("{day!r} is in the future", day=day[:40]),
            "correct the date; also see whether the mapping reads day and month in the right order",
        )
    if when.year < _EARLIEST:
        raise Unfit(sentence("{day!r} is before {earliest}", day=day[:40], earliest=_EARLIEST), "correct the year")
    return when


def codes(text: str, own: Sequence[OwnScheme] = ()) -> list[ItemCode]:
    """The item codes of a cell: one in any spelling, or several with spaces, line ends or | between them."""
    try:
        return [_code(text, own)]
    except Unfit:
        several = [one for one in re.split(r"[\s|]+", text) if one]
        if len(several) < 2:
            raise
    return [_code(one, own) for one in several]


def place(text: str) -> str:
    """The URI of a location: a GLN of 13 digits, or any spelling of one."""
    try:
        code = parse(f"(414){text}") if len(text) == 13 and text.isascii() and text.isdigit() else scan(text).item
    except InvalidCode as error:
        raise _unfit(error) from None
    if code.scheme == "gs1" and code.key != "414":
        raise Unfit(sentence("{text!r} names goods and no place", text=text[:60]), "write a GLN (13 digits) or the place's URI")
    return code.uri


def party(text: str) -> str:
    """The URI of an organisation: a GLN of 13 digits, or a URI."""
    try:
        return parse(f"(417){text}").uri if len(text) == 13 and text.isascii() and text.isdigit() else scan(text).item.uri
    except InvalidCode as error:
        raise _unfit(error) from None


def step(text: str) -> str:
    """A business step: a word of the CBV, a URI, or one of the words that tables have for it."""
    known = STEPS.get(text.lower(), text)
    if known not in terms("BizStep") and ":" not in known:
        words = "、".join(one for one in STEPS if not one.isascii())
        raise Unfit(
            sentence("{text!r} is no business step", text=text[:40]),
            sentence("write a word of the CBV such as receiving, or one of {words}", words=words),
        )
    return known


def with_part(code: ItemCode, key: str, text: str) -> ItemCode:
    """The lot (AI 10) or the item (AI 21) of a GTIN, told in a column of its own."""
    if code.scheme != "gs1" or set(code.parts) != {"01"}:
        what = sentence("lot") if key == "10" else sentence("serial number")
        raise Unfit(
            sentence("a {what} belongs to a GTIN, and {uri} is none, or has one", what=what, uri=code.uri[:80]), "leave that cell empty"
        )
    try:
        return parse(f"(01){code.parts['01']}({key})" + text.replace("(", "\\("))
    except InvalidCode as error:
        raise _unfit(error) from None


def document(text: str) -> str:
    """The URI of a business document: itself, or one made of its number."""
    try:
        return scan(text).item.uri if ":" in text or text[:1] in "(]" else DOCUMENT + quote(text, safe="")
    except InvalidCode as error:
        raise _unfit(error) from None


def number(text: str) -> int | float:
    """A decimal number as JSON has it."""
    if not _NUMBER.fullmatch(text):
        raise Unfit(
            sentence("{text!r} is no number", text=text[:40]), "write digits with a point, such as 12.5, without separators of thousands"
        )
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def quantity(text: str) -> int | float:
    """How much of a lot: more than nothing."""
    value = number(text)
    if value <= 0:
        raise Unfit(sentence("{text!r} is no quantity", text=text[:40]), "write a number above 0")
    return value


def unit(text: str) -> str:
    """A unit's code of UN/ECE Recommendation 20; empty for pieces."""
    known = UNITS.get(text.lower(), text)
    if known.lower() in _PACKAGES:
        fix = "name the package by its own GTIN and leave the unit empty, or say how much there is in pieces, kg or l"
        raise Unfit(sentence("{text!r} counts packages", text=text[:40]), fix)
    if known and not _UNIT.fullmatch(known):
        raise Unfit(
            sentence("{text!r} is no unit", text=text[:40]),
            "write kg, g, t, l, ml, m, nothing for pieces, or a code of UN/ECE Recommendation 20",
        )
    return known


def _code(text: str, own: Sequence[OwnScheme]) -> ItemCode:
    if _ROUNDED.fullmatch(text) or _CUT.fullmatch(text):
        fix = "take the code from where it came from; format the column as text before you paste or open it"
        raise Unfit(sentence("{text!r} was damaged by a spreadsheet, which keeps 15 digits of a number", text=text[:40]), fix)
    try:
        code = scan(text, own).item
    except InvalidCode as error:
        raise _unfit(error) from None
    if code.key in {"401", "402", "414", "417"}:
        raise Unfit(sentence("{text!r} names a place or a shipment and no goods", text=text[:60]), "write the code of the goods")
    return code


def _unfit(error: InvalidCode) -> Unfit:
    return Unfit(sentence("{field} {problem}", field=error.field[:200], problem=error.problem), error.fix)


def _parts(found: re.Match[str], order: str) -> tuple[int, int, int]:
    first, second, third, digits = found.groups()
    if digits:
        cut = {"ymd": (0, 4, 4, 6, 6, 8), "dmy": (4, 8, 2, 4, 0, 2), "mdy": (4, 8, 0, 2, 2, 4)}[order]
        return int(digits[cut[0] : cut[1]]), int(digits[cut[2] : cut[3]]), int(digits[cut[4] : cut[5]])
    if len(first) == 4:
        return int(first), int(second), int(third)
    if order == "ymd" or len(third) != 4:
        raise ValueError("a year of four digits is missing")
    return (int(third), int(second), int(first)) if order == "dmy" else (int(third), int(first), int(second))


def _example(order: str) -> str:
    return {"ymd": "2026-09-01 06:10", "dmy": "01.09.2026 06:10", "mdy": "09/01/2026 06:10"}[order]
