"""The certificate of a closed drill, and the closing report of a recall: facts, each of which stands in one event on the chain.

The file (JSON) names that event and carries the proof bundle of the case's code, which discloses the event's facts. `check` holds each
fact against what the bundle proves, and the bundle against the live chain; no row of any database has a say. Rules: docs/recall.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ledger_client import strict_json as strict
from ledger_client.bundle import Bundle, Shown
from ledger_client.chain import Chain
from ledger_client.commitment import EVENT_ID
from ledger_client.errors import InvalidInput
from ledger_client.property_names import ALWAYS
from ledger_client.verdict import ItemVerdict, RecordVerdict
from ledger_client.verify import verify
from recall.drill.score import follows

FORMAT = "traceledger-certificate/1"
MEDIA_TYPE = "application/vnd.traceledger.certificate+json"
NAME = "certificate.json"  # of the file that the PDF carries
PREFIX = "traceledger:"
ACT, CLOSED = PREFIX + "act", "closed"
_NAMES = ("format", "item", "eventID", "commitment", "facts", "howToVerify", "bundle")
_HOW = (
    "Every fact is the value of the property traceledger:<name> of the event eventID, whose commitment is anchored for item. "
    "bundle is a proof bundle (docs/bundle.md): save it as a file and run `ledger verify FILE --rpc NODE` with a node that you trust, "
    "or hand this file to POST /certificates/verify of any server of the consortium."
)

Fact = Any  # JSON; fractions as exact Decimals


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified, and the proof of it."""

    item: str  # code of the case
    event_id: str
    commitment: bytes
    facts: Mapping[str, Fact]
    bundle: Bundle

    def to_bytes(self) -> bytes:
        """The file."""
        told = (FORMAT, self.item, self.event_id, "0x" + self.commitment.hex(), self.facts, _HOW, self.bundle.to_json())
        return json.dumps(dict(zip(_NAMES, told, strict=True)), ensure_ascii=False, indent=1, default=float).encode()

    @classmethod
    def of_bytes(cls, data: bytes) -> Certificate:
        """Read a file's content; InvalidInput names what is not of the form."""
        told = strict.fields(strict.parse(data), "$", _NAMES)
        strict.one_of(told["format"], "$.format", (FORMAT,))
        item, event_id = (strict.text(told[name], f"$.{name}") for name in ("item", "eventID"))
        commitment = strict.octets(told["commitment"], "$.commitment", 32)
        return cls(item, event_id, commitment, _facts(told["facts"]), Bundle.from_json(told["bundle"]))


def shown(value: Fact) -> str:
    """A fact as text: of a list a line for each entry."""
    if isinstance(value, list):
        return "\n".join(map(shown, value))
    if isinstance(value, dict):
        return " · ".join(f"{name} {shown(one)}" for name, one in value.items() if one not in ("", None))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


class Compared(NamedTuple):
    """One fact as the certificate tells it and as the chain proves it; None where one of them does not have it."""

    name: str
    told: Fact
    proven: Fact

    @property
    def matches(self) -> bool:
        """Whether both say the same."""
        return self.told == self.proven and type(self.told) is type(self.proven)


class Checked(NamedTuple):
    """What is to be said of a certificate. `problems`: why it proves nothing, beside facts that do not match."""

    genuine: bool
    facts: tuple[Compared, ...]
    problems: tuple[str, ...]
    member: str  # whose key signed the event
    time: int  # Unix seconds of its block, 0: unknown
    verdict: ItemVerdict


def make(bundle: Bundle, member_id: int) -> Certificate:
    """The certificate of the event by which a member closed its case, out of a bundle that shows it whole; of the other records it keeps
    no more than anybody may see. InvalidInput while that event is not on the chain."""
    own = {anchor.commitment for anchor in bundle.anchors if anchor.member == member_id}
    for shown in reversed(bundle.records):
        if isinstance(shown, Shown) and shown.commitment in own and (said := _said(shown)).get(ACT) == CLOSED:
            kept = tuple(one if one is shown else _narrowed(one) if isinstance(one, Shown) else one for one in bundle.records)
            told = replace(bundle, audience="public", records=kept)
            return Certificate(bundle.item, str(said[EVENT_ID]), shown.commitment, proven_facts(shown), told)
    raise InvalidInput("case", "is closed, and its closing event is not on the chain yet", "ask again in a minute")


def check(certificate: Certificate, chain: Chain) -> Checked:
    """Hold every fact against the bundle, and the bundle against the live chain. Raises when the node cannot be asked."""
    verdict = verify(certificate.bundle, chain)
    record = next((one for one in verdict.records if one.commitment == certificate.commitment), None)
    shown = next((one for one in certificate.bundle.records if one.commitment == certificate.commitment), None)
    proven = proven_facts(shown) if isinstance(shown, Shown) else {}
    names = [*certificate.facts, *(name for name in proven if name not in certificate.facts)]
    facts = tuple(Compared(name, certificate.facts.get(name), proven.get(name)) for name in names)
    problems = tuple(_problems(certificate, verdict, record, proven))
    member, time = _signed(certificate.bundle, record)
    return Checked(bool(facts) and not problems and all(one.matches for one in facts), facts, problems, member, time, verdict)


def proven_facts(shown: Shown) -> dict[str, Fact]:
    """The facts that an event's disclosed properties tell."""
    return {name.removeprefix(PREFIX): value for name, value in _said(shown).items() if name.startswith(PREFIX)}


def _problems(told: Certificate, verdict: ItemVerdict, record: RecordVerdict | None, proven: Mapping[str, Fact]) -> list[str]:
    """Keys of texts, worst first."""
    found = []
    if verdict.verdict == "altered" or not verdict.chain_confirmed:
        found.append("chain")
    if told.item != told.bundle.item:
        found.append("item")
    if record is None or record.verdict != "verified":
        found.append("event")
    elif record.event_id != told.event_id:
        found.append("event_id")
    elif proven.get("act") != CLOSED:
        found.append("event")
    if not follows(proven):
        found.append("points")
    return found


def _signed(bundle: Bundle, record: RecordVerdict | None) -> tuple[str, int]:
    anchor = bundle.anchors[record.seqs[0] - 1] if record and record.seqs else None
    if anchor is None:
        return "", 0
    return next((one.name for one in bundle.members if one.member_id == anchor.member), ""), anchor.time


def _said(shown: Shown) -> dict[str, object]:
    return {one.name: strict.parse(one.value) for one in shown.disclosure.properties}


def _narrowed(shown: Shown) -> Shown:
    seen = tuple(one for one in shown.disclosure.properties if one.name in ALWAYS)
    return replace(shown, disclosure=replace(shown.disclosure, properties=seen))


def _facts(value: object) -> dict[str, Fact]:
    if not isinstance(value, dict):
        raise InvalidInput("$.facts", "are not an object", "give the certificate as it was downloaded")
    return value
