"""The event id, by the numbered rules of docs/event-hash.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tests.second_verifier import identifiers

BUILT_IN = {
    "gs1": "https://ref.gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "epcis": "https://ref.gs1.org/epcis/",
    "cbvmda": "urn:epcglobal:cbv:mda",
}
DIALECTS = ("CBV2.0", "CBV2.1")
CODES, QUANTITIES = "epc", "quantity"
FIELDS = (
    "type", "eventTime", "eventTimeZoneOffset", "epcList", "parentID", "inputEPCList", "childEPCs", "quantityList", "childQuantityList",
    "inputQuantityList", "outputEPCList", "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList", "sourceList", "destinationList",
)  # fmt: skip
NEVER = {"recordTime", "eventID", "errorDeclaration", "certificationInfo", "@context"}
COMMENTS = {"comment", "rdfs:comment"}
PAIRS = {"bizTransactionList": ("bizTransaction", "BTT"), "sourceList": ("source", "SDT"), "destinationList": ("destination", "SDT")}
METADATA = ("time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")
REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism", "chemicalSubstance",
    "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev",
    "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
WORDS = {"bizStep": "cbv/BizStep-", "disposition": "cbv/Disp-", "component": "cbv/Comp-"}
URNS = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER"}
TIMES = {"eventTime", "time", "startTime", "endTime"}


def event_id(event: dict[str, Any], shared: Any = None, dialect: str = "CBV2.0") -> str:
    """Rule 1; `shared` is the `@context` of the document around the event, `event` holds numbers as int or Decimal."""
    return f"ni:///sha-256;{sha256(prehash(event, shared, dialect).encode()).hexdigest()}?ver={dialect}"


def prehash(event: dict[str, Any], shared: Any = None, dialect: str = "CBV2.0") -> str:
    """The pre-hash string."""
    return _Writer({**_prefixes(shared), **_prefixes(event.get("@context"))}, dialect).event(event)


def _prefixes(context: Any) -> dict[str, str]:
    entries = context if isinstance(context, list) else [context]
    terms = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
    meant = [(name, term.get("@id") if isinstance(term, dict) else term) for name, term in terms]
    return {name: uri for name, uri in meant if isinstance(uri, str) and not name.startswith("@")}


class _Writer:
    """Writes one event; `prefixes` are those in force."""

    def __init__(self, prefixes: dict[str, str], dialect: str) -> None:
        fixed = {name: uri for name, uri in BUILT_IN.items() if name != "cbvmda"}
        self.prefixes = {**BUILT_IN, **prefixes, **fixed}
        self.moves = dialect == "CBV2.0"

    def event(self, event: dict[str, Any]) -> str:
        """Rule 3."""
        written = "".join(self.field(name, event[name]) for name in FIELDS if name in event)
        written += self.sensors(event.get("sensorElementList") or [])
        ilmd = event.get("ilmd")
        written += "ilmd" + self.children(ilmd) if ilmd else ""
        written += "".join(self.moved(event)) if self.moves else ""
        known = {*FIELDS, *NEVER, "sensorElementList", "ilmd"}
        return written + self.children({name: value for name, value in event.items() if name not in known})

    def field(self, name: str, content: Any) -> str:  # noqa: PLR0911 (a table of kinds of fields)
        """One of the standard fields of an event."""
        if content in (None, "", [], {}):
            return ""
        if name == "type":
            return self.leaf("eventType", content)
        if name in PAIRS:
            return name + "".join(sorted(self.pair(one, *PAIRS[name]) for one in content))
        if name.endswith("uantityList"):
            return name + "".join(sorted("quantityElement" + self.leaves(one, ("epcClass", "quantity", "uom")) for one in content))
        if name == "persistentDisposition":
            told = [sorted(f"{part}={self.value(one, 'cbv/Disp-')}" for one in content.get(part) or []) for part in ("set", "unset")]
            return name + "".join(one for part in told for one in part)
        if name in ("readPoint", "bizLocation"):
            inside = self.leaves(content, ("id",)) + ("" if self.moves else self.foreign(content, ("id",)))
            return name + inside if inside else ""
        if isinstance(content, list):
            return name + "".join(sorted("epc=" + self.value(one) for one in content))
        return self.leaf(name, content)

    def pair(self, content: dict[str, Any], name: str, words: str) -> str:
        """A business transaction, source or destination: its type first."""
        kind = f"type={self.value(content['type'], f'cbv/{words}-')}" if content.get("type") else ""
        return kind + self.leaf(name, content.get(name))

    def sensors(self, elements: list[Any]) -> str:
        """Rule 6."""
        written = "".join(sorted(map(self.sensor, elements)))
        return ("" if self.moves else "sensorElementList") + written if written else ""

    def sensor(self, element: dict[str, Any]) -> str:
        """One sensor element."""
        metadata, own = element.get("sensorMetadata") or {}, ("sensorMetadata", "sensorReport")
        told = self.leaves(metadata, METADATA) + ("" if self.moves else self.foreign(metadata, METADATA))
        reports = sorted(f"sensorReport{found}" for one in element.get("sensorReport") or [] if (found := self.report(one)))
        rest = "" if self.moves else self.foreign(element, own)
        inside = (f"sensorMetadata{told}" if told else "") + "".join(reports) + rest
        return f"sensorElement{inside}" if inside else ""

    def report(self, report: dict[str, Any]) -> str:
        """One sensor report."""
        words = {"type": "voc/", "exception": "voc/", "component": "cbv/Comp-"}
        written = "".join(self.leaf(name, report.get(name), words.get(name, "")) for name in REPORT)
        return written + ("" if self.moves else self.foreign(report, REPORT))

    def moved(self, event: dict[str, Any]) -> Iterator[str]:
        """Rule 9, CBV2.0: extensions inside standard fields, each group under the names that lead to it."""
        for name in ("readPoint", "bizLocation"):
            inside = self.foreign(event.get(name) or {}, ("id",))
            yield name + inside if inside else ""
        groups = []
        for element in event.get("sensorElementList") or []:
            metadata = self.foreign(element.get("sensorMetadata") or {}, METADATA)
            reports = sorted(found for one in element.get("sensorReport") or [] if (found := self.foreign(one, REPORT)))
            inside = (f"sensorMetadata{metadata}" if metadata else "") + "".join("sensorReport" + one for one in reports)
            inside += self.foreign(element, ("sensorMetadata", "sensorReport"))
            groups += ["sensorElement" + inside] if inside else []
        yield from sorted(groups)

    def foreign(self, content: dict[str, Any], known: tuple[str, ...]) -> str:
        """What stands in a standard field and is not of the standard."""
        return self.children({name: value for name, value in content.items() if name not in known})

    def children(self, content: dict[str, Any]) -> str:
        """Rule 7: extensions, sorted."""
        return "".join(sorted(one for name, value in content.items() if name not in COMMENTS for one in self.extension(name, value)))

    def extension(self, name: str, content: Any) -> Iterator[str]:
        """One extension; an array repeats the name for each element."""
        called = self.name(name)
        if content is None:
            return
        if isinstance(content, list):
            for one in content:
                yield from (
                    [called + "".join(sorted(self.inner(each) for each in one))] if isinstance(one, list) else self.extension(name, one)
                )
        elif isinstance(content, dict):
            yield called + self.children(content)
        else:
            text = self.value(content)
            yield f"{called}={text}" if text else called

    def inner(self, content: Any) -> str:
        """An element of an array inside an array."""
        if isinstance(content, dict):
            return self.children(content)
        if isinstance(content, list):
            return "".join(sorted(map(self.inner, content)))
        text = self.value(content)
        return f"={text}" if text else ""

    def leaves(self, content: dict[str, Any], names: tuple[str, ...]) -> str:
        """Some fields in their order."""
        return "".join(self.leaf(name, content.get(name)) for name in names)

    def leaf(self, name: str, content: Any, words: str = "") -> str:
        """`name=value`; nothing for a value that is empty."""
        if isinstance(content, list):
            return "".join(sorted(self.leaf(name, one, words) for one in content))
        text = _time(content.strip()) if name in TIMES and isinstance(content, str) else self.value(content, words or WORDS.get(name, ""))
        return f"{name}={text}" if text else ""

    def name(self, name: str) -> str:
        """`{namespace}local` for a known prefix."""
        prefix, colon, local = name.partition(":")
        return f"{{{self.prefixes[prefix]}}}{local}" if colon and prefix in self.prefixes else name

    def value(self, content: Any, words: str = "") -> str:  # noqa: PLR0911 (rule 8, a to e)
        """Rule 8."""
        if content is None:
            return ""
        if isinstance(content, bool):
            return "true" if content else "false"
        text = content.strip() if isinstance(content, str) else str(content)
        number = _decimal(text)
        if number is not None:
            return number
        prefix, colon, local = text.partition(":")
        if colon and self.prefixes.get(prefix, "").startswith(("https://ref.gs1.org", "https://gs1.org")):
            return self.prefixes[prefix] + local
        for urn, vocabulary in URNS.items():
            if text.startswith(f"urn:epcglobal:cbv:{urn}:"):
                return f"https://ref.gs1.org/cbv/{vocabulary}-{text.rpartition(':')[2]}"
        if words and text and not colon:
            return f"https://ref.gs1.org/{words}{text}"
        return identifiers.normalise(text) or text


def _decimal(text: str) -> str | None:
    """The exact decimal; None for what is no number, or too long a one."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?", text, re.ASCII):
        return None
    sign, digits, exponent = Decimal(text).as_tuple()
    if len(digits) + abs(int(exponent)) > 4096:
        return None
    whole, _, fraction = f"{Decimal((0, digits, exponent)):f}".partition(".")
    written = (whole.lstrip("0") or "0") + (f".{fraction.rstrip('0')}" if fraction.rstrip("0") else "")
    return f"-{written}" if sign and written != "0" else written


def _time(text: str) -> str:
    """UTC with milliseconds, half up."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-]\d\d:\d\d))", text, re.ASCII)
    if not match:
        return text
    day, minute, second, fraction, zone = match.groups()
    thousandths = (int((fraction or "0").ljust(4, "0")[:4]) + 5) // 10
    try:
        local = datetime.fromisoformat(f"{day}T{minute}:00{zone or '+00:00'}") + timedelta(seconds=int(second), milliseconds=thousandths)
        return local.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return text
