"""Which spelling a text is, and the item code it stands for (spec 1.3)."""

from __future__ import annotations

from functools import lru_cache

from ledger_client.codes import digital_link, ecode, element_string, epc_binary, gs1_keys, other_uri, urn
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_LONGEST = 2048  # characters; a longer text is no code but a mistake


def parse(text: str) -> ItemCode:
    """The item that a text names, whatever spelling of spec 1.3 it is in; raises InvalidCode with what is wrong and the fix."""
    return _by_spelling(trimmed(text))


def trimmed(text: str) -> str:
    """A text without blanks around it; raises InvalidCode for what is no text, empty or too long to be a code."""
    if not isinstance(text, str):
        raise InvalidCode("code", sentence("is a {name}, not a text", name=type(text).__name__), "codes are strings, never numbers")
    code = text.strip(" \t\r\n")  # not str.strip: that would eat FNC1
    if not code:
        raise InvalidCode("code", "is empty", "give an item code")
    if len(code) > _LONGEST:
        raise InvalidCode(
            sentence("code {text}", text=code[:40] + "…"),
            sentence("has {count} characters", count=len(code)),
            sentence("at most {most}", most=_LONGEST),
        )
    return code


@lru_cache(maxsize=65536)  # a document names the same items again and again
def canonical(text: str) -> str:
    """The canonical item code of any accepted spelling; raises InvalidCode."""
    return parse(text).uri


def _by_spelling(code: str) -> ItemCode:
    if code[0] in "](" or element_string.FNC1 in code:
        return element_string.parse(code)
    if code[:8].lower() == "urn:epc:":
        return _epc_urn(code)
    if code.partition(":")[0].lower() in ("http", "https"):
        return digital_link.parse(code) or other_uri.parse(code)
    return _bare(code) or other_uri.parse(code)


def _epc_urn(code: str) -> ItemCode:
    """EPCIS wants the identity of a thing, not how a tag spells it; as plain URIs tag and raw forms would be other items."""
    tag = epc_binary.read(code)
    if tag:
        raise InvalidCode(
            f"URN {code}", "is what a tag holds, not an identifier", sentence("use the pure identity, {identity}", identity=tag.identity)
        )
    return urn.parse(code) or other_uri.parse(code)


def _bare(code: str) -> ItemCode | None:
    """What is no URI and has no brackets; None if it is none of these."""
    if epc_binary.is_epc_hex(code):
        return epc_binary.decode(code).item
    if code.isascii() and code.isdigit():
        return _bare_digits(code)
    marked = ecode.marked(code)
    return ecode.ecode(marked) if marked else None


def _bare_digits(code: str) -> ItemCode:
    if len(code) == 18:
        return gs1_keys.item_code("00", code, {})
    if len(code) == 20:
        return other_uri.drug20(code)
    if len(code) in (8, 12, 13, 14):
        return gs1_keys.item_code("01", code, {})
    raise InvalidCode(
        sentence("number {text}", text=code),
        sentence("has {count} digits", count=len(code)),
        "a GTIN has 8, 12, 13 or 14, an SSCC 18, a drug trace code 20",
    )
