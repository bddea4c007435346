"""A label template: a label and, if it is for sheets, how labels stand on one. This JSON is what is stored, sent and kept in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labels.label import Label, label
from labels.sheet import Sheet, filled, sheet
from ledger_client.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Template:
    """What every label of one kind looks like."""

    label: Label
    sheet: Sheet | None = None  # None: an A4 sheet as full as can be

    @property
    def paper(self) -> Sheet:
        """The sheet that labels are printed on; InvalidInput for a label larger than A4 without one."""
        return self.sheet or filled(self.label)

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return self.label.as_json() | {"sheet": self.sheet.as_json() if self.sheet else None}


def template(given: Mapping[str, Any]) -> Template:
    """A template from its JSON; InvalidInput names the field and the fix."""
    made, on = label({name: value for name, value in given.items() if name != "sheet"}), given.get("sheet")
    if on is not None and not isinstance(on, Mapping):
        raise InvalidInput("sheet", "is no object", 'write {"columns": 3, "rows": 8}, or leave it out')
    return Template(made, None if on is None else sheet(on, made))
