"""Parameters that events give occasion for: every value of every event, also in other spellings, as somebody might ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.epcis.conformance.codes import code
from tests.epcis.conformance.evaluator import BUILT_IN, LISTS, bare, field, full, listed, prefixes_of

Probe = tuple[str, tuple[str, ...]]  # name, values
Event = dict[str, Any]
_SPELLED = {
    "BizStep": ("{}", "urn:epcglobal:cbv:bizstep:{}", "https://ref.gs1.org/cbv/BizStep-{}", "cbv:BizStep-{}"),
    "Disp": ("{}", "urn:epcglobal:cbv:disp:{}", "https://ns.gs1.org/cbv/Disp-{}", "cbv:Disp-{}"),
}


def probes(event: Event, turn: int, orders: tuple[str, ...] = ("GE", "LT")) -> set[Probe]:  # noqa: PLR0912 (a branch for each parameter)
    """What may be asked because of this event; `turn` varies the spelling, `orders` are the comparisons asked of extensions."""
    found: set[Probe] = set()

    def ask(name: str, *given: object) -> None:
        found.add((name, tuple(str(one) for one in given)))

    ask("eventType", event["type"])
    ask("EQ_eventID", event["eventID"])
    for name in ("eventTime", "recordTime"):
        for operator in ("GE", "LT"):
            ask(f"{operator}_{name}", _elsewhere(event[name], turn))
    if "action" in event:
        ask("EQ_action", event["action"])
    for name, vocabulary in (("bizStep", "BizStep"), ("disposition", "Disp")):
        if name in event:
            ask(f"EQ_{name}", _respelled(event, event[name], vocabulary, turn))
    for name, words in (event.get("persistentDisposition") or {}).items():
        for word in listed(words):
            ask(f"EQ_persistentDisposition_{name}", _respelled(event, word, "Disp", turn))
    for name in ("readPoint", "bizLocation"):
        if name in event:
            for spelled in _spellings(event[name]["id"]):
                ask(f"EQ_{name}", spelled)
                ask(f"WD_{name}", spelled.split("/254/")[0])
            _extensions(ask, f"{name}_", event[name], event, ("EQ",), everything=False)
    if "transformationID" in event:
        ask("EQ_transformationID", event["transformationID"])
    for name in LISTS:
        for one in [one for place in LISTS[name] for one in listed(event.get(place))]:
            for spelled in _spellings(one["epcClass"] if isinstance(one, dict) else one):
                ask(f"MATCH_{name}", spelled)
                for pattern in _patterns(spelled):
                    ask(f"MATCH_{name}", pattern)
    for one in [one for place in LISTS["anyEPCClass"] for one in listed(event.get(place))]:
        for operator in ("EQ", "GT", "GE", "LT", "LE"):
            if "quantity" in one:
                ask(f"{operator}_quantity", one["quantity"])
                if "uom" in one:
                    ask(f"{operator}_quantity_{one['uom']}", one["quantity"])
    for name in ("bizTransaction", "source", "destination"):
        for one in listed(event.get(f"{name}List")):
            if "type" in one:
                for spelled in _spellings(one[name]):
                    ask(f"EQ_{name}_{bare(one['type'], event)}", full(spelled, prefixes_of(event)))
    operators = ("EQ", *orders, "EXISTS")
    _declaration(ask, event, operators)
    _sensors(ask, event, turn, operators)
    _extensions(ask, "ILMD_", event.get("ilmd") or {}, event, operators, everything=True)
    _extensions(ask, "", event, event, operators, everything=False)
    return found


def _declaration(ask: Any, event: Event, operators: tuple[str, ...]) -> None:
    declared = event.get("errorDeclaration")
    ask("EXISTS_errorDeclaration", "true")
    if not declared:
        return
    for operator in ("GE", "LT"):
        ask(f"{operator}_errorDeclarationTime", declared["declarationTime"])
    if "reason" in declared:
        ask("EQ_errorReason", bare(declared["reason"], event))
    for one in listed(declared.get("correctiveEventIDs")):
        ask("EQ_correctiveEventID", one)
    _extensions(ask, "ERROR_DECLARATION_", declared, event, operators, everything=False)


def _sensors(ask: Any, event: Event, turn: int, operators: tuple[str, ...]) -> None:
    inner = operators[:-1]  # the schema has no EXISTS_INNER_ of them
    for element in listed(event.get("sensorElementList")):
        ask("EXISTS_sensorElementList", "true")
        _extensions(ask, "SENSORELEMENT_", element, event, operators, inner, everything=False)
        _extensions(ask, "SENSORMETADATA_", element.get("sensorMetadata") or {}, event, operators, inner, everything=False)
        for one in [element.get("sensorMetadata") or {}, *listed(element.get("sensorReport"))]:
            for name in ("time", "startTime", "endTime"):
                if name in one:
                    ask(f"GE_{name}", _elsewhere(one[name], turn))
                    ask(f"LT_{name}", one[name])
            for name in (
                "deviceID", "dataProcessingMethod", "bizRules", "microorganism", "chemicalSubstance", "uriValue",
                "stringValue", "hexBinaryValue", "booleanValue",
            ):  # fmt: skip
                if name in one:
                    ask(f"EQ_{name}", str(one[name]).lower() if name == "booleanValue" else full(one[name], prefixes_of(event)))
            for name in ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue"):
                if name in one and "uom" in one:
                    for operator in ("EQ", "GT", "GE", "LT", "LE") if name == "value" else ("GT", "GE", "LT", "LE"):
                        ask(f"{operator}_{name}_{one['uom']}", one[name])
            for operator in ("GT", "GE", "LT", "LE") if "percRank" in one else ():
                ask(f"{operator}_percRank", one["percRank"])
        for one in listed(element.get("sensorReport")):
            ask("EQ_type", bare(one["type"], event))
            _extensions(ask, "SENSORREPORT_", one, event, operators, inner, everything=False)


def _extensions(
    ask: Any, area: str, content: Event, event: Event, operators: tuple[str, ...], inner: tuple[str, ...] = (), *, everything: bool
) -> None:
    for key, value in content.items():
        if key != "@context" and (everything or ":" in key):
            if name := _name(key, event, everything):
                _field(ask, area, name, value, operators)
            for deeper in listed(value):
                if isinstance(deeper, dict):
                    _inner(ask, f"INNER_{area}", deeper, event, inner or operators)


def _inner(ask: Any, area: str, content: Event, event: Event, operators) -> None:
    for key, value in content.items():
        if name := _name(key, event, bare=True):
            _field(ask, area, name, value, operators)
        for deeper in listed(value):
            if isinstance(deeper, dict):
                _inner(ask, area, deeper, event, operators)


def _name(key: str, event: Event, bare: bool) -> str | None:
    """As URI where the prefix is known, as it is where it is not."""
    if ":" not in key:
        return f"#{key}" if bare and key.isidentifier() else None
    space, local = field(key, prefixes_of(event))
    return key if space == "?" or key.partition(":")[0] in BUILT_IN else full(key, prefixes_of(event)) if local else None


def _field(ask: Any, area: str, name: str, value: Any, operators) -> None:
    if "EXISTS" in operators:
        ask(f"EXISTS_{area}{name}", "true")
    for one in listed(value):
        if not isinstance(one, dict) and str(one).strip() and "|" not in str(one):
            text = str(one).lower() if isinstance(one, bool) else str(one).strip()
            ask(f"EQ_{area}{name}", text)
            for operator in set(operators) & {"GT", "GE", "LT", "LE"}:
                if not isinstance(one, bool) and (_is_number(text) or _is_time(text)):
                    ask(f"{operator}_{area}{name}", text)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text


def _elsewhere(text: str, turn: int) -> str:
    """The same moment in another time zone, sometimes."""
    return (datetime.fromisoformat(text).astimezone(UTC) + timedelta(0)).isoformat() if turn % 2 else text


def _respelled(event: Event, word: str, vocabulary: str, turn: int) -> str:
    plain = bare(word, event)
    return plain if ":" in plain else _SPELLED[vocabulary][turn % len(_SPELLED[vocabulary])].format(plain)


def _spellings(text: str) -> set[str]:
    return {text, code(text)}


def _patterns(text: str) -> list[str]:
    """Wider and wider patterns of an EPC that is written as URN."""
    kind = text.split(":")
    if text[:11] != "urn:epc:id:" or kind[3] not in ("sgtin", "sscc", "sgln", "grai", "gdti", "giai"):
        return []
    parts = kind[4].split(".", 1 if kind[3] in ("sscc", "giai") else 2)
    return [f"urn:epc:idpat:{kind[3]}:" + ".".join([*parts[:known], *["*"] * (len(parts) - known)]) for known in range(len(parts))]
