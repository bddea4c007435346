"""What a label can say of one code: the texts and payloads that its fields ask for. Takes an item code and what is known beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from ledger_client.codes.gs1_keys import DOMAIN
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

DATES = {"11": "produced", "15": "best_before", "17": "expires"}  # application identifier -> name
EXTRAS = {**DATES, "10": "lot"}  # what a GS1 symbol can hold beside the key, those of fixed length first
PLACEHOLDERS = ("code", "product", "spec", "producer", "lot", "produced", "best_before", "expires", "gtin", "serial", "link", "number")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_THE_CODE = {"lot": ("10",), "gtin": ("01",), "serial": ("21", "serial")}
_TOLD = ("product", "spec", "producer")
_FREE = {"drug20", "ecode"}


@dataclass(frozen=True, slots=True)
class Payload:
    """What a symbol holds. `gs1`: an element string written with brackets, which is encoded with FNC1 and without them."""

    text: str
    gs1: bool


@dataclass(frozen=True, slots=True)
class Content:
    """One code, and what stands beside it on its label."""

    item: ItemCode
    domain: str = DOMAIN  # of Digital Links: the company's own, such as https://id.example.com
    product: str = ""
    lot: str = ""
    dates: Mapping[str, date] = field(default_factory=dict)  # by the names of DATES
    number: int = 1  # in its order, from 1
    spec: str = ""  # what a pack holds, such as 250 ml
    producer: str = ""

    @property
    def link(self) -> str:
        """What a phone opens: the Digital Link at the company's own domain; of other codes their own web address."""
        uri = self.item.uri
        if self.item.scheme == "gs1":
            return self.domain + uri.removeprefix(DOMAIN)
        if self.item.scheme == "uri" and self.item.key not in ("http", "https"):
            fix = "a QR code or Han Xin code of it would open nothing: use DataMatrix or Code 128"
            raise InvalidInput("code", sentence("{uri} is no web address", uri=uri), fix)
        return uri

    @property
    def link_payload(self) -> Payload:
        """What QR and Han Xin hold."""
        return Payload(self.link, gs1=False)

    @property
    def printed(self) -> str:
        """The code as people read it (GS1 General Specifications 4.14: human readable interpretation)."""
        parts = self.item.parts
        if self.item.scheme == "gs1":
            return "".join(f"({ai}){value}" for ai, value in parts.items())
        return parts[self.item.scheme] if self.item.scheme in _FREE else self.item.uri

    def elements(self, extras: tuple[str, ...]) -> Payload:
        """What DataMatrix and Code 128 hold: of a GS1 key an element string with these extras; of others the code itself."""
        if self.item.scheme != "gs1":
            if extras:
                raise InvalidInput("with", "adds application identifiers to a code that is not GS1's", "leave them out, or print GS1 codes")
            return Payload(self.printed, gs1=False)
        key, *others = self.item.parts.items()
        added = [(ai, self._extra(ai)) for ai in EXTRAS if ai in extras and ai not in self.item.parts]
        return Payload("".join(f"({ai})" + value.replace("(", "\\(") for ai, value in (key, *added, *others)), gs1=True)

    def text(self, template: str) -> str:
        """A field's text with its placeholders filled in; InvalidInput for a value that is not known."""
        return _PLACEHOLDER.sub(lambda match: self._value(match[1]), template)

    def _value(self, name: str) -> str:
        found = self._found(name)
        if not found:
            raise InvalidInput(
                name, "is not told", sentence("say what it is for these labels, or take {{{name}}} out of the template", name=name)
            )
        return found

    def _found(self, name: str) -> str:
        parts = self.item.parts
        if name in DATES.values():
            told = self.dates.get(name)
            return told.isoformat() if told else ""
        if name in _OF_THE_CODE:
            return next((parts[part] for part in _OF_THE_CODE[name] if part in parts), self.lot if name == "lot" else "")
        if name in _TOLD:
            return str(getattr(self, name))
        return {"code": self.printed, "number": str(self.number)}.get(name) or self.link

    def _extra(self, ai: str) -> str:
        if ai in DATES:
            return date.fromisoformat(self._value(DATES[ai])).strftime("%y%m%d")
        return self._value(EXTRAS[ai])


def check_template(name: str, template: str) -> None:
    """InvalidInput for a text with a placeholder that does not exist."""
    for match in _PLACEHOLDER.finditer(template):
        if match[1] not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise InvalidInput(
                name, sentence("holds {match}, which stands for nothing", match=match[0]), sentence("use {known}", known=known)
            )
    rest = _PLACEHOLDER.sub("", template)
    if "{" in rest or "}" in rest:
        raise InvalidInput(name, "holds a brace that stands for nothing", "write a placeholder such as {lot}, or leave the brace out")


def checked_domain(text: str) -> str:
    """The beginning of a company's Digital Links, without a slash at the end; InvalidInput for what a phone does not open."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        parts = urlsplit("")
    plain = text.isascii() and text.strip().isprintable() and not set(text.strip()) & set(' "<>\\^`{|}@?#')
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise InvalidInput("domain", sentence("{text!r} is no web address", text=text), "write it as https://id.example.com")
    return text.strip().rstrip("/")
