"""Codes that are no GS1 key: any absolute URI is its own code, and the 20-digit drug trace code and Ecode have one (spec 1.6, 1.8)."""

from __future__ import annotations

import re

from ledger_client.codes import characters
from ledger_client.codes.ecode import ECODE, ecode
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

DRUG20 = "https://id.traceledger.org/drug20/"
_DRUG20_CODE = re.compile(r"8\d{19}", re.ASCII)
_URI = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<authority>//[^/?#]*)?(?P<rest>.+)?", re.DOTALL)
_NOT_IN_A_URI = re.compile(r"[^!#-;=?-\[\]_a-z~]|%(?![0-9A-Fa-f]{2})")
_FIX = "codes are GS1 Digital Links, EPC URNs, tags in hex, element strings, GTINs, SSCCs, 20-digit drug codes, Ecodes or absolute URIs"


def drug20(digits: str) -> ItemCode:
    """A drug trace code (药品追溯码): 20 digits that begin with 8, of them 7 product and 9 serial. Raises InvalidCode."""
    if not _DRUG20_CODE.fullmatch(digits):
        raise InvalidCode(
            sentence("drug trace code {digits}", digits=digits), "is not 20 digits that begin with 8", "check the digits on the package"
        )
    return ItemCode(DRUG20 + digits, "drug20", "drug20", {"drug20": digits, "product": digits[:7], "serial": digits[7:16]})


def parse(text: str) -> ItemCode:
    """An absolute URI as its own code, scheme and host in lower case; raises InvalidCode."""
    match = _URI.fullmatch(text)
    if match is None or not _names_something(match):
        raise InvalidCode(
            sentence("code {text}", text=text), sentence("is of no known form{strange}", strange=characters.strange(text)), _FIX
        )
    if bad := _NOT_IN_A_URI.search(text):
        raise InvalidCode(
            f"URI {text}",
            sentence("holds {character} at character {place}", character=characters.named(bad[0]), place=bad.start() + 1),
            "percent-encode it",
        )
    scheme = match["scheme"].lower()
    uri = scheme + ":" + _host_lower(match["authority"] or "") + (match["rest"] or "")
    if uri.startswith(DRUG20):
        return drug20(uri.removeprefix(DRUG20))
    return ecode(uri.removeprefix(ECODE)) if uri.startswith(ECODE) else ItemCode(uri, "uri", scheme, {})


def _names_something(match: re.Match[str]) -> bool:
    """Web URIs need a host; others (`ni:///…`) need anything at all."""
    host = (match["authority"] or "")[2:]
    return bool(host) if match["scheme"].lower() in ("http", "https") else bool(host or match["rest"])


def _host_lower(authority: str) -> str:
    user, at, host = authority.rpartition("@")
    return user + at + host.lower()
