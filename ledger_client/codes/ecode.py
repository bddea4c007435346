"""Ecode (GB/T 31866): version V, number system id NSI, master code MD, one after the other (spec 1.8).

Checked are the version, the lengths and the characters of versions 1 to 3, as the edition of 2015 has them. Not checked, because the
registers are not public: whether the NSI was assigned, and what its owner puts into the master code.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger_client.codes import characters
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

ECODE = "https://id.traceledger.org/ecode/"
_MARKED = re.compile(r"(?i:ecode)[ :]? ?([0-9][^:/]*)")


class Version(NamedTuple):
    """Form of one version: characters of the number system id, most characters of the master code, and which ones."""

    nsi: int
    most: int
    charset: frozenset[str]


_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_VERSIONS = {"1": Version(4, 20, characters.DIGITS), "2": Version(4, 28, characters.DIGITS), "3": Version(5, 39, _ALPHANUMERIC)}


def marked(text: str) -> str:
    """The code of a text that says it is one, `Ecode 1…` or `ecode:1…`; empty for any other. Bare digits would pass for a GTIN."""
    match = _MARKED.fullmatch(text)
    return match[1] if match else ""


def ecode(text: str) -> ItemCode:
    """The item that an Ecode names, given without mark; raises InvalidCode."""
    version = _VERSIONS.get(text[:1])
    if version is None:
        told = "0 stands for a GS1 code in binary: give that code" if text[:1] == "0" else "read here are 1, 2 and 3"
        raise InvalidCode(f"Ecode {text}", sentence("has the version {text!r}", text=text[:1]), told)
    if not 1 + version.nsi < len(text) <= 1 + version.nsi + version.most:
        fix = sentence("version {text} has {least} to {most}", text=text[0], least=2 + version.nsi, most=1 + version.nsi + version.most)
        raise InvalidCode(f"Ecode {text}", sentence("has {count} characters", count=len(text)), fix)
    bad = next((one for one in text if one not in version.charset), None)
    if bad is not None:
        allowed = sentence("digits") if version.charset is characters.DIGITS else sentence("letters and digits")
        raise InvalidCode(
            f"Ecode {text}",
            sentence("holds {character}", character=characters.named(bad)),
            sentence("version {text} has {allowed} only", text=text[0], allowed=allowed),
        )
    parts = {"ecode": text, "version": text[0], "nsi": text[1 : 1 + version.nsi], "master": text[1 + version.nsi :]}
    return ItemCode(ECODE + text, "ecode", "ecode", parts)
