"""The JSON of imports and their mappings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.account_schemas import Request
from api.schemas import Reply
from exchange.imports.mapping import EXTENSION, FIELDS, MOST_EXTENSIONS, NAMESPACE, Mapping, of_json
from exchange.imports.mappings import LONGEST_NAME
from exchange.imports.models import Import, ImportMapping
from exchange.imports.report import Told

Outcome = Literal["stored", "duplicate", "invalid", "rolled_back", "waiting"]
Heading = Annotated[str, Field(max_length=200)]
Source = dict[Literal["column", "value"], Annotated[str, Field(max_length=1000)]]
_FIELDS = (
    f"what an event can say ({', '.join(FIELDS)}, or `{EXTENSION}name` for an extension field), and where it comes from: "
    "the `column` of that heading, or the same `value` for every row; see docs/import.md"
)


class DefinitionIn(Request):
    """What the columns of a file mean."""

    fields: Annotated[
        dict[str, Source],
        Field(
            min_length=1,
            max_length=len(FIELDS) + MOST_EXTENSIONS,
            description=_FIELDS,
            examples=[{"time": {"column": "日期"}, "step": {"value": "receiving"}, "items": {"column": "箱码"}}],
        ),
    ]
    dates: Annotated[Literal["ymd", "dmy", "mdy"], Field(description="which of year, month and day a date begins with")] = "ymd"
    zone: Annotated[str, Field(max_length=64, description="of times that name none")] = "Asia/Shanghai"
    group: Annotated[Heading, Field(description="column whose equal values make rows one event")] = ""
    key: Annotated[Heading, Field(description="column whose value names the event for ever")] = ""
    namespace: Annotated[str, Field(max_length=310, description="of extension fields")] = NAMESPACE

    def mapping(self) -> Mapping:
        """As the rest of the system has it; InvalidInput names the field that will not do."""
        return of_json(self.model_dump(exclude={"name"}))


class MappingIn(DefinitionIn):
    """A mapping to be saved."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["收货单"])]


class MappingOut(Reply):
    """One version of a mapping; none is ever changed."""

    id: int
    name: str
    version: int
    fields: dict[str, dict[str, str]]
    dates: str
    zone: str
    group: str
    key: str
    namespace: str
    made_at: datetime
    made_by: str


class MappingsOut(Reply):
    """The newest version of each name."""

    mappings: list[MappingOut]


class RowOut(Reply):
    """What became of a row, or would."""

    row: Annotated[int, Field(description="as a spreadsheet counts: the headings are in row 1")]
    outcome: Outcome
    event_id: Annotated[str, Field(alias="eventID", description="empty if the row made no event")]
    column: Annotated[str, Field(description="where the problem is; empty if it is the row as a whole")]
    problem: str
    fix: str


class TrialOut(Reply):
    """What an import would do."""

    rows: list[RowOut]
    counts: Annotated[dict[str, int], Field(description="rows by outcome")]


class ImportOut(Reply):
    """An import. `running`: capture still works on it."""

    id: str
    key: str
    file_name: str
    mapping: Annotated[int, Field(description="number of the version that was used")]
    behaviour: Literal["rollback", "proceed"]
    rows: int
    events: int
    capture_id: Annotated[str | None, Field(alias="captureID", description="null: no row could be handed on")]
    made_at: datetime
    made_by: str
    running: bool
    counts: Annotated[dict[str, int] | None, Field(description="rows by outcome, together they are `rows`; null in a list")]


class ImportsOut(Reply):
    """The newest imports; `complete` is false if there are more."""

    imports: list[ImportOut]
    complete: bool


class RowsOut(Reply):
    """Some rows of an import, in the order of the file; `next` is the `after` of the following page."""

    rows: list[RowOut]
    next: int | None


def mapping_out(row: ImportMapping) -> MappingOut:
    """A version as JSON."""
    told: dict[str, Any] = {"id": row.id, "name": row.name, "version": row.version, "made_at": row.made_at, "made_by": row.made_by}
    return MappingOut.model_validate({**row.definition, **told})


def import_out(one: Import, counts: dict[str, int] | None, *, running: bool) -> ImportOut:
    """An import as JSON."""
    names = ("id", "key", "file_name", "behaviour", "rows", "events", "capture_id", "made_at", "made_by")
    told = {name: getattr(one, name) for name in names}
    return ImportOut.model_validate({**told, "mapping": one.mapping_id, "counts": counts, "running": running})


def row_out(told: Told) -> RowOut:
    """A row as JSON."""
    return RowOut.model_validate({**told._asdict(), "row": told.number})
