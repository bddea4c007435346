"""The form in which somebody says what each column means: made of a mapping, and read back as one."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

from api.console.shown import Option
from api.console.words import ConsoleWords
from exchange.imports.mapping import ACTIONS, EVENT_TYPES, EXTENSION, FIELDS, MOST_EXTENSIONS, NAMESPACE, REQUIRED, Source
from exchange.imports.table import Table
from exchange.imports.values import ORDERS
from ledger_client.epcis.vocabulary import terms

COMMON = ("time", "items", "lot", "quantity", "unit", "step", "location", "document")
RARE = tuple(name for name in FIELDS if name not in COMMON)
ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC")
_FIXED, _COLUMN = "=", "c:"
_FREE = 2  # lines for further extension fields


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping as it is being made: nothing of it is judged yet. `saved`: number of the version it began with."""

    fields: Dictionary[str, Source]
    name: str = ""
    dates: str = "ymd"
    zone: str = "Asia/Shanghai"
    group: str = ""
    key: str = ""
    namespace: str = NAMESPACE
    saved: str = ""

    def as_json(self) -> dict[str, Any]:
        """As `exchange.imports.mapping.of_json` reads it."""
        told = {name: {"column": one.column} if one.column else {"value": one.value} for name, one in self.fields.items()}
        shape = {"dates": self.dates, "zone": self.zone, "group": self.group, "key": self.key, "namespace": self.namespace}
        return {"fields": told, **shape}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form. `fixed`: its fixed value; `choices`: id of a list of such."""

    name: str
    label: str
    hint: str
    required: bool
    options: tuple[Option, ...]
    fixed: str
    choices: str


@dataclass(frozen=True, slots=True)
class Extra:
    """An extension field: what it is called, and which column holds it."""

    number: int
    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Editor:
    """The whole form."""

    name: str
    common: tuple[Line, ...]
    rare: tuple[Line, ...]
    rare_used: bool
    extras: tuple[Extra, ...]
    namespace: str
    dates: tuple[Option, ...]
    zone: str
    group: tuple[Option, ...]
    key: tuple[Option, ...]
    lists: Dictionary[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "type": EVENT_TYPES,
            "action": ACTIONS,
            "step": tuple(sorted(terms("BizStep"))),
            "disposition": tuple(sorted(terms("Disp"))),
            "document_type": tuple(sorted(terms("BTT"))),
            "zone": ZONES,
        }
    )


def of_definition(told: Dictionary[str, Any], name: str, number: int) -> Draft:
    """A saved mapping, to be used or changed."""
    fields = {key: Source(**one) for key, one in told["fields"].items()}
    return Draft(fields, name, told["dates"], told["zone"], told["group"], told["key"], told["namespace"], str(number))


def of_form(form: Dictionary[str, str]) -> Draft:
    """What the form says; a field of which nothing is chosen is left out."""
    fields = {name: one for name in FIELDS if (one := _source(form.get(f"c.{name}", ""), form.get(f"v.{name}", "")))}
    for number in range(MOST_EXTENSIONS):
        name, one = form.get(f"x.name.{number}", "").strip(), _source(form.get(f"x.column.{number}", ""), "")
        if name and one:
            fields[EXTENSION + name] = one
    told = {name: form.get(name, "").strip() for name in ("name", "dates", "zone", "namespace", "saved")}
    columns = {name: form.get(name, "").removeprefix(_COLUMN) for name in ("group", "key")}
    return Draft(fields, **told, **columns)


def editor(draft: Draft, table: Table, words: ConsoleWords) -> Editor:
    """The form of a draft, for the columns of a file, each with what its first row holds."""
    extras = [(name.removeprefix(EXTENSION), one) for name, one in draft.fields.items() if name.startswith(EXTENSION)]
    extras = [*extras, *[("", Source())] * _FREE][:MOST_EXTENSIONS]
    return Editor(
        name=draft.name,
        common=tuple(_line(name, draft, table, words) for name in COMMON),
        rare=tuple(_line(name, draft, table, words) for name in RARE),
        rare_used=any(name in draft.fields for name in RARE),
        extras=tuple(Extra(number, name, _options(one, table, words)) for number, (name, one) in enumerate(extras)),
        namespace=draft.namespace,
        dates=tuple(Option(one, words.say(f"imports.dates.{one}"), one == draft.dates) for one in ORDERS),
        zone=draft.zone,
        group=_options(Source(draft.group), table, words, "imports.group.none"),
        key=_options(Source(draft.key), table, words, "imports.key.none"),
    )


def _line(name: str, draft: Draft, table: Table, words: ConsoleWords) -> Line:
    source = draft.fields.get(name, Source())
    choices = name if name in ("type", "action", "step", "disposition", "document_type") else ""
    label, hint = words.say(f"imports.field.{name}"), words.texts.get(f"imports.hint.{name}", "")
    return Line(name, label, hint, name in REQUIRED, _options(source, table, words, fixed=True), source.value, choices)


def _options(
    source: Source, table: Table, words: ConsoleWords, none: str = "imports.nothing", *, fixed: bool = False
) -> tuple[Option, ...]:
    first = table.rows[0].cells if table.rows else {}
    found = [Option("", words.say(none), not source.column and not source.value)]
    if fixed:
        found.append(Option(_FIXED, words.say("imports.fixed"), bool(source.value)))
    columns = [*table.columns, *([source.column] if source.column and source.column not in table.columns else [])]
    for one in columns:
        sample = first.get(one, "")
        found.append(Option(_COLUMN + one, f"{one[:40]} · {sample[:24]}" if sample else one[:60], one == source.column))
    return tuple(found)


def _source(choice: str, value: str) -> Source | None:
    if choice.startswith(_COLUMN):
        return Source(choice.removeprefix(_COLUMN))
    return Source("", value.strip()) if choice == _FIXED and value.strip() else None
