"""The faults that the schema validator finds, as one problem each: path, rule, what is allowed, what to do.

The validator reports every branch of an anyOf; here each becomes one problem, the one of the branch that was meant, and what merely
follows from another fault is left out. `schema_words` has the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

from jsonschema_rs import ValidationError, ValidationErrorKind

from ledger_client.epcis.document import EVENT_TYPES
from ledger_client.epcis.json_path import child, descendant
from ledger_client.epcis.json_value import Event
from ledger_client.epcis.schema_words import EXAMPLES, closest, in_words, options
from ledger_client.errors import InvalidEvent
from ledger_client.sentences import sentence

_Place = tuple[str | int, ...]


class BrokenRule(InvalidEvent):
    """A fault with the rule that it breaks, as a path into the EPCIS JSON schema."""

    def __init__(self, path: str, problem: str, fix: str, rule: str) -> None:
        super().__init__(path, sentence("{problem} [rule {rule}]", problem=sentence(problem), rule=rule), fix)
        self.bare, self.rule = problem, rule

    def at(self, field: str) -> Self:
        """The same fault, told of another field."""
        return type(self)(field, self.bare, self.fix, self.rule)


def explain(errors: Sequence[ValidationError], path: str) -> list[BrokenRule]:
    """One problem per fault of what stands at `path`."""
    reported = {_place(error) for error in errors if not isinstance(error.kind, ValidationErrorKind.AnyOf)}
    wrong_kind = {_place(error) for error in errors if isinstance(error.kind, ValidationErrorKind.Type)}
    meant = [error for error in errors if not _follows(error, reported, wrong_kind)]
    found = {str(problem): problem for error in meant for problem in _problems(error, path)}
    return list(found.values())


def missing(path: str, name: str, rule: str) -> BrokenRule:
    """A property that has to be there."""
    return BrokenRule(child(path, name), "is missing", EXAMPLES.get(name, "add it"), rule)


def unknown_type(path: str, event: Event) -> BrokenRule:
    """An event whose type is none of the five and no URI of its own."""
    rule = "/definitions/EPCIS-Document-Event"
    if "type" not in event:
        return missing(path, "type", rule)
    fix = closest(event["type"], sorted(EVENT_TYPES)) or EXAMPLES["type"]
    return BrokenRule(child(path, "type"), sentence("{value!r} is no event type", value=str(event["type"])[:60]), fix, rule)


def _follows(error: ValidationError, reported: set[_Place], wrong_kind: set[_Place]) -> bool:
    """Whether the fault comes from one that is reported by itself."""
    here = _place(error)
    match error.kind:
        case ValidationErrorKind.AnyOf(context=branches):
            places = {_place(cause) for branch in branches for cause in branch} - {here}
            return not places.isdisjoint(reported)
        case ValidationErrorKind.Type():
            return False
    return here in wrong_kind


def _place(error: ValidationError) -> _Place:
    return tuple(error.instance_path)


def _problems(error: ValidationError, path: str) -> Iterator[BrokenRule]:
    place = descendant(path, error.instance_path)
    rule = "/" + "/".join(map(str, error.schema_path))
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            yield missing(place, name, rule)
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            for name in names:
                yield BrokenRule(
                    child(place, name), "is not allowed here", "remove it, or move it to the event as a prefixed property", rule
                )
        case ValidationErrorKind.PropertyNames(error=cause):
            yield _wrong_name(cause, place, rule)
        case _:
            problem, fix = in_words(error)
            yield BrokenRule(place, problem, fix, rule)


def _wrong_name(cause: ValidationError, place: str, rule: str) -> BrokenRule:
    name = str(cause.instance)
    if ":" in name:
        fix = "use letters, digits, - . _ after the prefix; the wording for people belongs into the value"
        return BrokenRule(child(place, name), "holds characters that a property name, being a URI, cannot have", fix, rule)
    own = sentence("write a property of your own as prefix:{name} and declare the prefix in @context", name=name)
    close = closest(name, options(cause))
    return BrokenRule(
        child(place, name),
        "is no standard property and has no prefix",
        sentence("{close} Else {own}", close=close, own=own) if close else own,
        rule,
    )
