"""What an EPCIS query finds, written from the text of the standard (EPCIS 2.0, 8.2.7.1) and without a thought for speed or reuse.

`holds` judges one parameter of one event. It imports nothing of the server that is tested.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from tests.epcis.conformance.codes import code, parts

BUILT_IN = {"cbvmda": "urn:epcglobal:cbv:mda", "gs1": "https://ref.gs1.org/voc/", "cbv": "https://ref.gs1.org/cbv/"}
STANDARD = r"^(https?://(ref|ns)\.gs1\.org/cbv/\w+-|cbv:\w+-|urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):|https?://(www\.|ref\.)?gs1\.org/voc/|gs1:)"
LISTS = {
    "epc": ["epcList", "childEPCs"],
    "parentID": ["parentID"],
    "inputEPC": ["inputEPCList"],
    "outputEPC": ["outputEPCList"],
    "anyEPC": ["epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"],
    "epcClass": ["quantityList", "childQuantityList"],
    "inputEPCClass": ["inputQuantityList"],
    "outputEPCClass": ["outputQuantityList"],
    "anyEPCClass": ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"],
}


def prefixes_of(event):
    contexts = event.get("@context", [])
    return {k: v for c in (contexts if isinstance(contexts, list) else [contexts]) if isinstance(c, dict) for k, v in c.items()} | BUILT_IN


def listed(value):
    if value is None:
        return []
    if isinstance(value, list):
        return [one for part in value for one in listed(part)]
    return [value]


def full(text, prefixes):
    prefix, colon, local = str(text).partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes and not local.startswith("//") else str(text)


def bare(word, event):
    """A word of the CBV as itself."""
    return re.sub(STANDARD, "", full(word, prefixes_of(event)))


def same_word(one, other, event):
    return bare(one, event) == bare(other, event)


def same_id(asked, found, event):
    return code(full(asked, BUILT_IN)) in (code(full(found, prefixes_of(event))), code(found))


def time(text):
    try:
        found = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def decimal(value):
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def compares(operator, found, asked):
    if found is None or asked is None:
        return False
    return {"GT": found > asked, "GE": found >= asked, "LT": found < asked, "LE": found <= asked, "EQ": found == asked}[operator]


def field(key, prefixes):
    """A key as (namespace, local name)."""
    uri = full(key, prefixes)
    if ":" not in uri:
        return ("", uri.lstrip("#"))
    if uri == key and "://" not in key and not key.startswith("urn:"):
        return ("?", key)
    if uri != key:
        prefix, _, local = key.partition(":")
        return (prefixes[prefix].rstrip("/#:"), local)
    at = max(uri.rfind(sign) for sign in "/#:")
    return (uri[:at].rstrip("/#:"), uri[at + 1 :])


def extensions(content, name, inner, event, everything):
    """All values of an extension field of an object, or below its extensions."""
    prefixes, wanted = prefixes_of(event), field(name, BUILT_IN)
    found = []

    def fits(key):
        return key == name if wanted[0] == "?" else field(key, prefixes) == wanted

    def below(value):
        for one in listed(value):
            if isinstance(one, dict):
                for key, deeper in one.items():
                    if fits(key):
                        found.extend(listed(deeper) or [None])
                    below(deeper)

    for key, value in content.items():
        if key == "@context" or not (everything or ":" in key):
            continue
        if inner:
            below(value)
        elif fits(key):
            found.extend(listed(value) or [None])
    return [one for one in found if one is not None]


def equal_value(asked, found, event):
    if isinstance(found, dict):
        return False
    if isinstance(found, bool):
        return asked == str(found).lower()
    if isinstance(found, (int, float)):
        return decimal(asked) is not None and decimal(asked) == decimal(found)
    if time(found) and time(asked):
        return time(found) == time(asked)
    return same_id(asked, found, event)


def epc_matches(asked, found):
    if not asked.startswith("urn:epc:idpat:"):
        return code(asked) == code(found)
    scheme, wanted = asked.split(":")[3], asked.split(":", 4)[4].split(".")
    if found.startswith("urn:epc:"):
        theirs = found.split(":", 4)[4].split(".", len(wanted) - 1)
        return found.split(":")[3] == scheme and all(one in ("*", other) for one, other in zip(wanted, theirs, strict=True))
    key, value, qualifier = parts(found)
    same_key = key == {"sgtin": "01", "sscc": "00", "sgln": "414", "grai": "8003", "gdti": "253", "giai": "8004"}.get(scheme)
    if not same_key or (qualifier and not qualifier.startswith({"01": "21/", "414": "254/"}.get(key, "/"))):
        return False
    if wanted[0] == "*":
        return True
    if wanted[1] == "*":
        return value[1 if key in ("01", "00", "8003") else 0 :].startswith(wanted[0])
    ahead = {"01": wanted[1][:1] + wanted[0] + wanted[1][1:], "8003": "0" + wanted[0] + wanted[1]}.get(key, wanted[0] + wanted[1])
    return value.startswith(ahead)


def holds(event, name, given):  # noqa: PLR0911, PLR0912 (one branch for each parameter, on purpose)
    """Whether one parameter, its values as texts, holds for an event."""
    sensors = listed(event.get("sensorElementList"))
    metadata = [one["sensorMetadata"] for one in sensors if "sensorMetadata" in one]
    reports = [report for one in sensors for report in listed(one.get("sensorReport"))]
    declared = event.get("errorDeclaration") or {}
    quantities = [one for name_ in LISTS["anyEPCClass"] for one in listed(event.get(name_))]
    if name == "eventType":
        return event["type"] in given
    operator, _, rest = name.partition("_")
    if operator == "EXISTS" and given == ["false"]:
        return True
    if rest in ("errorDeclaration", "sensorElementList"):
        return rest in event
    if operator == "MATCH":
        found = [one for place in LISTS[rest] for one in listed(event.get(place))]
        found = [one["epcClass"] if isinstance(one, dict) else one for one in found]
        return any(epc_matches(asked, one) for asked in given for one in found)
    if rest in ("bizStep", "disposition"):
        return rest in event and any(same_word(asked, event[rest], event) for asked in given)
    if rest.startswith("persistentDisposition_"):
        found = listed((event.get("persistentDisposition") or {}).get(rest.partition("_")[2]))
        return any(same_word(asked, one, event) for asked in given for one in found)
    if rest in ("readPoint", "bizLocation"):
        if rest not in event:
            return False
        found = event[rest]["id"]
        if any(same_id(asked, found, event) for asked in given):
            return True
        return operator == "WD" and any(code(found).split("/254/")[0] == code(asked) for asked in given)
    if rest == "action":
        return event.get("action") in given
    if rest == "eventID":
        return event["eventID"] in given
    if rest == "transformationID":
        return "transformationID" in event and any(same_id(asked, event["transformationID"], event) for asked in given)
    if rest == "errorReason":
        return "reason" in declared and any(same_word(asked, declared["reason"], event) for asked in given)
    if rest == "correctiveEventID":
        return any(one in given for one in listed(declared.get("correctiveEventIDs")))
    if rest in ("eventTime", "recordTime"):
        return rest in event and compares(operator, time(event[rest]), time(given[0]))
    if rest in ("errorDeclarationTime", "errorDeclaration_Time"):
        return compares(operator, time(declared.get("declarationTime")), time(given[0]))
    if rest in ("time", "startTime", "endTime"):
        found = [one[rest] for one in metadata + (reports if rest == "time" else []) if rest in one]
        return any(compares(operator, time(one), time(given[0])) for one in found)
    if rest == "type":
        return any(same_word(asked, one["type"], event) for asked in given for one in reports)
    if rest in ("deviceID", "dataProcessingMethod", "bizRules"):
        return any(same_id(asked, one[rest], event) for asked in given for one in metadata + reports if rest in one)
    if rest in ("microorganism", "chemicalSubstance", "uriValue"):
        return any(same_id(asked, one[rest], event) for asked in given for one in reports if rest in one)
    if rest in ("stringValue", "hexBinaryValue"):
        return any(one.get(rest) in given for one in reports)
    if rest == "booleanValue":
        return any(str(one.get(rest)).lower() in given for one in reports)
    if rest == "quantity":
        return any(compares(operator, decimal(one.get("quantity")), decimal(asked)) for asked in given for one in quantities)
    if rest == "percRank":
        return any(compares(operator, decimal(one.get("percRank")), decimal(given[0])) for one in reports)
    first, _, second = rest.partition("_")
    if first in ("quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percValue"):
        among = quantities if first == "quantity" else reports
        found = [one[first] for one in among if first in one and one.get("uom") == second]
        return any(compares(operator, decimal(one), decimal(asked)) for asked in given for one in found)
    if first in ("bizTransaction", "source", "destination"):
        entries = [one for one in listed(event.get(first + "List")) if "type" in one and same_word(second, one["type"], event)]
        return any(same_id(asked, one[first], event) for asked in given for one in entries)
    return _extension(event, operator, rest, given, sensors, metadata, reports, declared)


def _extension(event, operator, rest, given, sensors, metadata, reports, declared):
    inner = rest.startswith("INNER_")
    rest = rest.removeprefix("INNER_")
    areas = {
        "ILMD_": [event.get("ilmd") or {}],
        "ERROR_DECLARATION_": [declared],
        "SENSORELEMENT_": sensors,
        "SENSORMETADATA_": metadata,
        "SENSORREPORT_": reports,
        "readPoint_": [event.get("readPoint") or {}],
        "bizLocation_": [event.get("bizLocation") or {}],
        "": [event],
    }
    begin = next(area for area in areas if rest.startswith(area))
    found = [one for content in areas[begin] for one in extensions(content, rest[len(begin) :], inner, event, everything=begin == "ILMD_")]
    if operator == "EXISTS":
        return bool(found)
    if operator == "EQ":
        return any(equal_value(asked, one, event) for asked in given for one in found)
    leaves = [one for one in found if not isinstance(one, dict)]
    if time(given[0]):
        return any(compares(operator, time(one), time(given[0])) for one in leaves if isinstance(one, str))
    return any(compares(operator, decimal(one), decimal(given[0])) for one in leaves)
