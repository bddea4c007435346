"""Where in an event the values of a field stand, and as what they are compared.

A path is a sequence of steps from the event down; lists are gone through at every step. A step is the name of a standard field, the field
of an extension (`Extension`: of the object itself, or `inner`: anywhere below its extensions), or a condition on the object (`Having`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.query import values
from ledger_client.epcis.query.values import Name, Prefixes

Kind = Literal["code", "identifier", "word", "text", "number", "moment", "any", "there"]


@dataclass(frozen=True, slots=True)
class Extension:
    """A field of an extension, by its name."""

    name: Name
    inner: bool = False  # below the extensions of the object, at any depth, and not among them

    def of(self, content: Mapping[str, Json], prefixes: Prefixes, *, every: bool) -> Iterator[Json]:
        """What stands there. `every`: all keys of the object are extensions, as in ilmd."""
        for key, value in content.items():
            if every or (":" in key and key != "@context"):
                if self.inner:
                    yield from self._below(value, prefixes)
                elif self._is(key, prefixes):
                    yield value

    def _below(self, content: Json, prefixes: Prefixes) -> Iterator[Json]:
        for element in content if isinstance(content, list) else [content]:
            if isinstance(element, list):
                yield from self._below(element, prefixes)
            elif isinstance(element, dict):
                for key, value in element.items():
                    if self._is(key, prefixes):
                        yield value
                    yield from self._below(value, prefixes)

    def _is(self, key: str, prefixes: Prefixes) -> bool:
        if self.name.space is None:  # its prefix was not declared with the query: the event must have the same
            return key == self.name.local
        return key.endswith(self.name.local) and values.name(key, prefixes) == self.name


@dataclass(frozen=True, slots=True)
class Having:
    """Only objects whose field is that: an entry of a list of one type, a quantity of one unit. `vocabulary`: of a word."""

    name: str
    value: str
    vocabulary: str = ""

    def holds(self, content: Mapping[str, Json], prefixes: Prefixes) -> bool:
        """Whether the object is one."""
        found = content.get(self.name)
        if not self.vocabulary:
            return bool(found == self.value)
        return isinstance(found, str) and values.word(found, self.vocabulary, prefixes) == self.value


Step = str | Extension | Having
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be asked for. `label` names it in the index; fields of one label are not told apart there."""

    label: str
    kind: Kind
    paths: tuple[Path, ...]
    vocabulary: str = ""

    def found(self, event: Mapping[str, Json], prefixes: Prefixes) -> Iterator[Json]:
        """Every value of the field in an event."""
        for path in self.paths:
            yield from _at(event, path, prefixes)

    def properties(self) -> frozenset[str] | None:
        """The top-level properties that its values stand in; None: in extensions."""
        firsts = [path[0] for path in self.paths]
        names = frozenset(first for first in firsts if isinstance(first, str))
        return names if len(names) == len(set(firsts)) else None


def _at(content: Json, path: Path, prefixes: Prefixes, *, every: bool = False) -> Iterator[Json]:
    if isinstance(content, list):
        for element in content:
            yield from _at(element, path, prefixes, every=every)
    elif not path:
        if content is not None:
            yield content
    elif isinstance(content, Mapping):
        step, rest = path[0], path[1:]
        if isinstance(step, str):
            if step in content:
                yield from _at(content[step], rest, prefixes, every=step == "ilmd")
        elif isinstance(step, Having):
            if step.holds(content, prefixes):
                yield from _at(content, rest, prefixes)
        else:
            for value in step.of(content, prefixes, every=every):
                yield from _at(value, rest, prefixes)
