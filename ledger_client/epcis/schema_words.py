"""What is wrong with a value and how to mend it, in words that the sender of an event understands."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from jsonschema_rs import ValidationError, ValidationErrorKind

from ledger_client.codes.characters import strange
from ledger_client.epcis.document import EVENT_TYPES
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.sentences import joined, sentence

_CHOICES_SHOWN = 12
_CODE = "write codes as URIs: https://id.gs1.org/01/06901234567892/21/1001 or urn:epc:id:…, without spaces"
_SCHEMA = "see the EPCIS 2.0 JSON schema"
_TIME = "2026-09-01T06:10:00+08:00"

EXAMPLES: Final = {
    "type": sentence("one of {known}", known=", ".join(sorted(EVENT_TYPES))),
    "eventTime": sentence("add it, for example {example}", example=_TIME),
    "eventTimeZoneOffset": sentence("add it, for example {example}", example="+08:00"),
    "action": "add it: ADD, OBSERVE or DELETE",
    "@context": sentence("add {example}", example=f'"@context": ["{EPCIS_CONTEXT}"]'),
    "schemaVersion": sentence("add {example}", example='"schemaVersion": "2.0"'),
    "creationDate": sentence("add it, for example {example}", example=_TIME),
    "parentID": "add the code of the thing that holds the others",
    "bizTransactionList": "add the business transactions; a TransactionEvent is about them",
}
_PATTERNS: Final = {
    "eventTimeZoneOffset": ("is no time zone offset", "write it as +08:00, from -13:59 to +14:00"),
    "uom": ("is no unit of measure", "use the 2 or 3 characters of UN/ECE Recommendation 20, for example KGM"),
    "hexBinaryValue": ("is no hexadecimal text", "use 0-9 and A-F"),
    "schemaVersion": ("is no version", "write 2.0"),
}
_KINDS: Final = {
    "string": (sentence("a text"), "put it in quotes"),
    "number": (sentence("a number"), "send digits without quotes"),
    "object": (sentence("an object"), "send {…}"),
    "array": (sentence("a list"), "put it in […]"),
    "boolean": (sentence("a truth value"), "send true or false without quotes"),
}
_NAMES_NOTHING: Final = {
    "ObjectEvent": ("names nothing", "add epcList, quantityList, or sensorElementList together with readPoint"),
    "AggregationEvent": ("names no children", "add childEPCs or childQuantityList; only action DELETE may leave them out"),
    "AssociationEvent": ("names no children", "add childEPCs or childQuantityList; only action DELETE may leave them out"),
    "TransactionEvent": ("names no items", "add epcList or quantityList; only action DELETE may leave them out"),
    "TransformationEvent": (
        "does not name what went in and what came out",
        "add an input list and an output list, or one of them with a transformationID",
    ),
}
_WORDS_OF: Final = {
    "bizStep": "business step",
    "disposition": "disposition",
    "bizTransaction-type": "business transaction type",
    "source-dest-type": "source or destination type",
    "error-reason": "error reason",
    "measurementType": "measurement type",
    "sensorAlertType": "sensor alert type",
    "component": "component",
}
_OLD_SPELLINGS = (
    "urn:epcglobal:cbv:",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
    "https://gs1.org/voc/",
    "https://www.gs1.org/voc/",
)

Words = tuple[str, str]
"""Problem and fix."""


def in_words(error: ValidationError) -> Words:
    """Problem and fix of a fault in a value."""
    value = _shown(error.instance)
    words: Words = (error.message[:200], _SCHEMA)
    match error.kind:
        case ValidationErrorKind.Type(types=types):
            kinds = joined("{left} or {right}", [_KINDS[one][0] for one in types])
            words = (sentence("{value} is not {kinds}", value=value, kinds=kinds), _KINDS[types[0]][1])
        case ValidationErrorKind.Enum(options=choices):
            words = (sentence("{value} is not allowed", value=value), closest(error.instance, list(map(str, choices))) or _one_of(choices))
        case ValidationErrorKind.Pattern(pattern=pattern):
            words = _pattern(error, value, pattern)
        case ValidationErrorKind.Format(format="date-time"):
            words = (sentence("{value} is no date and time with an offset", value=value), sentence("write it as {example}", example=_TIME))
        case ValidationErrorKind.Format():
            words = (sentence("{value} is no URI{strange}", value=value, strange=strange(str(error.instance))), _CODE)
        case ValidationErrorKind.MinItems():
            words = ("is empty", "leave it out or give at least one element")
        case ValidationErrorKind.UniqueItems():
            words = ("holds the same element twice", "give each element once")
        case ValidationErrorKind.AnyOf(context=branches):
            words = _no_branch(error, [cause for branch in branches for cause in branch], value)
    return words


def options(error: ValidationError) -> list[str]:
    """Every word that would have been allowed, in whatever branch."""
    match error.kind:
        case ValidationErrorKind.Enum(options=choices):
            return list(map(str, choices))
        case ValidationErrorKind.AnyOf(context=branches):
            return [option for branch in branches for cause in branch for option in options(cause)]
    return []


def closest(word: object, words: Sequence[str]) -> str:
    """A question that offers the words most alike; empty if none is."""
    close = difflib.get_close_matches(str(word)[:100], words, 3, 0.6)
    return sentence("did you mean {close}?", close=joined("{left} or {right}", close)) if close else ""


def _no_branch(error: ValidationError, causes: list[ValidationError], value: str) -> Words:
    """What an anyOf asks for: one of several lists, a word of a vocabulary, or one of several forms."""
    rule = error.schema_path
    event_type = str(rule[1]) if "allOf" in rule else ""
    if event_type in _NAMES_NOTHING:
        if event_type == "ObjectEvent" and rule[3] == 3:
            return "has an ilmd, which describes items at their making", "use action ADD or leave out ilmd"
        return _NAMES_NOTHING[event_type]
    if words := options(error):
        return _unknown_word(sentence(_WORDS_OF[str(rule[1])]) if str(rule[1]) in _WORDS_OF else str(rule[1]), value, error.instance, words)
    if "persistentDisposition" in rule:
        return "says nothing", "give set or unset"
    fixes = [sentence(in_words(cause)[1]) for cause in causes[:3]]
    return sentence("{value} has the wrong form", value=value), joined("{left}; or {right}", fixes)


def _unknown_word(vocabulary: str, value: str, word: object, words: Sequence[str]) -> Words:
    if not isinstance(word, str):
        return sentence(
            "{value} is not {kinds}", value=value, kinds=_KINDS["string"][0]
        ), "send a word of the vocabulary or a URI of your own"
    if word.startswith(_OLD_SPELLINGS):
        bare = word.replace("-", ":").replace("/", ":").rpartition(":")[2]
        problem = sentence("{value} is the old spelling of a standard {vocabulary}", value=value, vocabulary=vocabulary)
        return problem, sentence("write {word}", word=bare) if bare in words else _one_of(words)
    fix = sentence("{close} Words of your own are URIs", close=closest(word, words) or _one_of(words))
    return sentence("{value} is no standard {vocabulary}", value=value, vocabulary=vocabulary), fix


def _pattern(error: ValidationError, value: str, pattern: str) -> Words:
    name = next((step for step in reversed(error.instance_path) if isinstance(step, str)), "")
    if name not in _PATTERNS:
        return sentence("{value} has the wrong form", value=value), sentence("it has to match {pattern}", pattern=pattern)
    problem, fix = _PATTERNS[name]
    return sentence("{value} {problem}", value=value, problem=sentence(problem)), fix


def _one_of(words: Sequence[object]) -> str:
    known = ", ".join(map(str, words[:_CHOICES_SHOWN]))
    if len(words) > _CHOICES_SHOWN:
        return sentence("one of {known} … ({count} in all).", known=known, count=len(words))
    return sentence("one of {known}.", known=known)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
