"""One field of an EPC in binary: digits, number, text … to bits and back (GS1 EPC Tag Data Standard 14.3 and 14.4)."""

from __future__ import annotations

from ledger_client.codes import characters
from ledger_client.codes.urn import escaped
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_LONGER = "take the longer scheme (SGTIN-198, GRAI-170, GIAI-202, SGLN-195 …), which holds letters too"


def bits_of(scheme: str, field: str, text: str, kind: str, bits: int) -> int:
    """The bits that spell `text`; raises InvalidCode if the scheme cannot hold it."""
    if kind == "text":
        return _text_bits(scheme, field, characters.decode(field, text), bits)
    if not (text.isascii() and text.isdigit()) and (text or kind != "digits"):
        raise InvalidCode(
            sentence("{of} {text}", of=field, text=text), sentence("is not digits only, as {scheme} needs it", scheme=scheme), _LONGER
        )
    if kind == "number" and text[0] == "0" and text != "0":
        raise InvalidCode(
            sentence("{of} {text}", of=field, text=text), sentence("begins with 0, which {scheme} would lose", scheme=scheme), _LONGER
        )
    number = int("1" + text if kind == "counted" else text or "0")
    if number >> bits:
        most = (1 << bits) - 1
        largest = str(most)[1:] if kind == "counted" else most
        raise InvalidCode(
            sentence("{of} {text}", of=field, text=text),
            sentence("is larger than {scheme} holds", scheme=scheme),
            sentence("at most {most}", most=largest),
        )
    return number


def value_of(epc: str, field: str, number: int, kind: str, bits: int, digits: int) -> str:
    """The text that bits spell, escaped as a URN needs it; raises InvalidCode for bits that spell nothing."""
    if kind == "text":
        return escaped(_text(epc, field, number, bits))
    if kind == "number":
        return str(number)
    if kind == "counted":
        if str(number)[0] != "1":
            raise InvalidCode(
                f"EPC {epc}", sentence("has a {of} without the 1 that stands before its digits", of=field), "read the tag again"
            )
        return str(number)[1:]
    if number >= 10**digits:
        raise InvalidCode(
            f"EPC {epc}",
            sentence("has the {of} {number}, which is longer than {digits} digits", of=field, number=number, digits=digits),
            "read the tag again",
        )
    return f"{number:0{digits}d}" if digits else ""


def _text_bits(scheme: str, field: str, text: str, bits: int) -> int:
    characters.require(field, text, characters.SET_82)
    if len(text) > bits // 7:
        raise InvalidCode(
            sentence("{of} {text}", of=field, text=text),
            sentence("has {count} characters", count=len(text)),
            sentence("{scheme} holds {most}", scheme=scheme, most=bits // 7),
        )
    number = 0
    for character in text:
        number = number << 7 | ord(character)
    return number << bits - 7 * len(text)


def _text(epc: str, field: str, number: int, bits: int) -> str:
    codes = [number >> bits - 7 * (place + 1) & 0x7F for place in range(bits // 7)]
    text = "".join(map(chr, codes)).rstrip("\x00")
    if not text or any(character not in characters.SET_82 for character in text) or number & ((1 << bits % 7) - 1):
        raise InvalidCode(f"EPC {epc}", sentence("has a {of} that is no text of GS1's character set", of=field), "read the tag again")
    return text
