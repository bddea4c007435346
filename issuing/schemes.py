"""Where a generated text stands in a code: one table of schemes, from a company's own key (GTIN, prefix, domain) to the item code.

A code is always `stem + text` (percent-encoded, and with a GS1 check digit where the key ends in one), so that one look at its
beginning tells under whose rule it falls. Facts: GS1 General Specifications 3 and 7.11; the item code is that of `ledger_client.codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_client.codes import characters, parse
from ledger_client.codes.check_digit import check_digit
from ledger_client.codes.ecode import ECODE, ecode
from ledger_client.codes.gs1_keys import DOMAIN, gtin14, item_code
from ledger_client.codes.other_uri import DRUG20
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import sentence

_ALPHANUMERIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_IN_A_PATH = _ALPHANUMERIC | frozenset("-._~")
_OURS = ("id.gs1.org", "id.traceledger.org")


class Level(StrEnum):
    """What one code is given to."""

    ITEM = "item"
    CASE = "case"
    PALLET = "pallet"
    LOT = "lot"
    ASSET = "asset"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of code. `base` is the company's own key, as its rule names it; all functions take a base that `checked` gave back."""

    name: str
    title: str
    levels: tuple[Level, ...]
    asks: str  # what the base is, in words
    checked: Callable[[str], str]  # InvalidInput for a base that is none
    stem: Callable[[str], str]  # how every code of this base begins, canonical
    room: Callable[[str], tuple[int, int]]  # how many characters the generated text may have
    charset: frozenset[str]
    printed: Callable[[str, str], str]  # (base, text) -> as people read it under the symbol
    closed: bool = False  # a GS1 check digit follows the text

    def takes(self, base: str) -> frozenset[str]:
        """The characters that a generated text may hold."""
        return characters.DIGITS if self.name == "ecode" and base[0] in "12" else self.charset

    def code(self, base: str, text: str) -> str:
        """The canonical item code of a text that fits."""
        return self.stem(base) + characters.encode(text) + (check_digit(base + text) if self.closed else "")


def _gtin(base: str) -> str:
    try:
        return gtin14(base)
    except InvalidCode as error:
        raise InvalidInput("base", error.problem, error.fix) from None


def _prefix(least: int, most: int, what: str) -> Callable[[str], str]:
    def checked(base: str) -> str:
        if not (base.isascii() and base.isdigit() and least <= len(base) <= most):
            raise InvalidInput(
                "base",
                sentence("{base!r} is not {what}", base=base, what=what),
                sentence("give {least} to {most} digits", least=least, most=most),
            )
        return base

    return checked


def _gln(base: str) -> str:
    return _gs1("414", base, sentence("a GLN"))


def _asset_type(base: str) -> str:
    return _gs1("8003", "0" + base, sentence("a GRAI's 13 digits without the serial"))[1:]


def _gs1(key: str, value: str, what: str) -> str:
    try:
        return item_code(key, value, {}).parts[key]
    except InvalidCode as error:
        raise InvalidInput("base", sentence("is not {what}: {problem}", what=what, problem=error.problem), error.fix) from None


def _drug(base: str) -> str:
    if not (base.isascii() and base.isdigit() and len(base) == 7 and base[0] == "8"):
        raise InvalidInput(
            "base", sentence("{base!r} is no product part of a drug trace code", base=base), "give its 7 digits, of which the first is 8"
        )
    return base


def _ecode(base: str) -> str:
    try:
        ecode(base + "0")
    except InvalidCode as error:
        raise InvalidInput("base", sentence("is no beginning of an Ecode: {problem}", problem=error.problem), error.fix) from None
    return base


def _own(base: str) -> str:
    try:
        found = parse(base)
    except InvalidCode as error:
        raise InvalidInput("base", error.problem, error.fix) from None
    host = found.uri.split("/")[2] if found.key in ("http", "https") and found.scheme == "uri" else ""
    if "." not in host or host in _OURS or not found.uri.endswith("/") or "?" in found.uri or "#" in found.uri:
        fix = "give a web address under your own domain that ends in /, such as https://code.example.com/milk/"
        raise InvalidInput("base", sentence("{base!r} is no such address", base=base), fix)
    return found.uri


def _exactly(total: int) -> Callable[[str], tuple[int, int]]:
    return lambda base: (total - len(base), total - len(base))


_UNIT = (Level.ITEM, Level.CASE, Level.PALLET)
_ASSET = (Level.ASSET,)
SCHEMES: Mapping[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            name="sgtin",
            title="GS1 SGTIN (01)(21)",
            levels=_UNIT,
            asks="the product's GTIN",
            checked=_gtin,
            stem=lambda base: f"{DOMAIN}/01/{base}/21/",
            room=lambda _base: (1, 20),
            charset=characters.SET_82,
            printed=lambda base, text: f"(01){base}(21){text}",
        ),
        Scheme(
            name="lgtin",
            title="GS1 LGTIN (01)(10)",
            levels=(Level.LOT,),
            asks="the product's GTIN",
            checked=_gtin,
            stem=lambda base: f"{DOMAIN}/01/{base}/10/",
            room=lambda _base: (1, 20),
            charset=characters.SET_82,
            printed=lambda base, text: f"(01){base}(10){text}",
        ),
        Scheme(
            name="sscc",
            title="GS1 SSCC (00)",
            levels=(Level.PALLET, Level.CASE),
            asks="an extension digit and the GS1 company prefix",
            checked=_prefix(5, 13, sentence("an extension digit and a company prefix")),
            stem=lambda base: f"{DOMAIN}/00/{base}",
            room=_exactly(17),
            charset=characters.DIGITS,
            printed=lambda base, text: f"(00){base}{text}{check_digit(base + text)}",
            closed=True,
        ),
        Scheme(
            name="grai",
            title="GS1 GRAI (8003)",
            levels=_ASSET,
            asks="the asset type: company prefix, type and check digit, 13 digits",
            checked=_asset_type,
            stem=lambda base: f"{DOMAIN}/8003/0{base}",
            room=lambda _base: (1, 16),
            charset=characters.SET_82,
            printed=lambda base, text: f"(8003)0{base}{text}",
        ),
        Scheme(
            name="giai",
            title="GS1 GIAI (8004)",
            levels=_ASSET,
            asks="the GS1 company prefix",
            checked=_prefix(4, 12, sentence("a GS1 company prefix")),
            stem=lambda base: f"{DOMAIN}/8004/{base}",
            room=lambda base: (1, 30 - len(base)),
            charset=characters.SET_82,
            printed=lambda base, text: f"(8004){base}{text}",
        ),
        Scheme(
            name="gln",
            title="GS1 GLN (414)",
            levels=(Level.PLACE,),
            asks="the GS1 company prefix",
            checked=_prefix(4, 11, sentence("a GS1 company prefix")),
            stem=lambda base: f"{DOMAIN}/414/{base}",
            room=_exactly(12),
            charset=characters.DIGITS,
            printed=lambda base, text: f"(414){base}{text}{check_digit(base + text)}",
            closed=True,
        ),
        Scheme(
            name="sgln",
            title="GS1 GLN with extension (414)(254)",
            levels=(Level.PLACE,),
            asks="the GLN",
            checked=_gln,
            stem=lambda base: f"{DOMAIN}/414/{base}/254/",
            room=lambda _base: (1, 20),
            charset=characters.SET_82,
            printed=lambda base, text: f"(414){base}(254){text}",
        ),
        Scheme(
            name="drug20",
            title="药品追溯码, 20 digits",
            levels=_UNIT,
            asks="the 7 digits of the product, of which the first is 8",
            checked=_drug,
            stem=lambda base: DRUG20 + base,
            room=lambda _base: (13, 13),
            charset=characters.DIGITS,
            printed=lambda base, text: base + text,
        ),
        Scheme(
            name="ecode",
            title="Ecode (GB/T 31866)",
            levels=(*_UNIT, Level.LOT),
            asks="version, number system id and your part of the master code",
            checked=_ecode,
            stem=lambda base: ECODE + base,
            room=lambda base: (1, {"1": 25, "2": 33, "3": 45}[base[0]] - len(base)),
            charset=_ALPHANUMERIC,
            printed=lambda base, text: base + text,
        ),
        Scheme(
            name="company",
            title="Web address of one's own",
            levels=(*_UNIT, Level.LOT, Level.ASSET, Level.PLACE),
            asks="a web address under your own domain that ends in /",
            checked=_own,
            stem=lambda base: base,
            room=lambda _base: (1, 60),
            charset=_IN_A_PATH,
            printed=lambda base, text: base + text,
        ),
    )
}
