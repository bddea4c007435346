"""Imports: none, some; a new one before a file, with its columns, with a trial that is good or not; one with rows of every outcome."""

from __future__ import annotations

from api.console.imports.editor import Draft
from api.console.imports.form import Notice, new_page
from api.console.imports.jobs import ROWS, import_page, imports_page
from exchange.imports.mapping import Source
from exchange.imports.models import Import, ImportMapping
from exchange.imports.report import WAITING, Told
from exchange.imports.table import Row, Table
from records.models import Behaviour, Outcome
from tests.console.sampled import HOSTILE, NOW

MAPPING = ImportMapping(id=7, member_id=1, name=HOSTILE, version=3, definition={}, made_at=NOW, made_by=HOSTILE)
TABLE = Table(("date", HOSTILE), tuple(Row(number, {"date": "2026-09-01", HOSTILE: HOSTILE}) for number in range(2, 9)))
DRAFT = Draft(
    {
        "time": Source("date"),
        "items": Source(HOSTILE),
        "step": Source("", HOSTILE),
        "parent": Source("gone"),
        "ext:moisture": Source(HOSTILE),
    },
    HOSTILE,
    saved="7",
)
ROW = Told(2, Outcome.INVALID, "", HOSTILE, HOSTILE, HOSTILE)
EVERY = [ROW, *(Told(number, one, "ni:///sha-256;" + "ab" * 32) for number, one in enumerate([*Outcome, WAITING], 3))]
FORM = "5a1c"


def one(capture: str | None, behaviour: Behaviour = Behaviour.PROCEED) -> Import:
    """An import."""
    told = {"key": HOSTILE, "file_name": HOSTILE, "mapping_id": 7, "behaviour": behaviour, "rows": 12_345, "events": 12}
    return Import(id="5a1c", member_id=1, capture_id=capture, made_at=NOW, made_by=HOSTILE, **told)


def shown(visit, found, rows, *, running=False, outcome="", after=0):
    """The page of an import."""
    counts = {str(row.outcome): 1 for row in rows}
    return import_page(visit, found, MAPPING, counts, rows, outcome=outcome, after=after, running=running)


MANY = [ROW._replace(number=number) for number in range(ROWS + 1)]
PAGES = {
    "none": lambda visit: imports_page(visit, [], {}, more=False),
    "some": lambda visit: imports_page(visit, [one("5a1c"), one(None)], {7: MAPPING}, more=True),
    "new": lambda visit: new_page(visit, FORM, []),
    "new_refused": lambda visit: new_page(visit, FORM, [MAPPING], notice=Notice("bad", HOSTILE, HOSTILE)),
    "mapped": lambda visit: new_page(visit, FORM, [MAPPING], table=TABLE, draft=DRAFT, notice=Notice("good", HOSTILE)),
    "tried_good": lambda visit: new_page(visit, FORM, [MAPPING], table=TABLE, draft=DRAFT, told=[EVERY[1]]),
    "tried_wrong": lambda visit: new_page(visit, FORM, [MAPPING], table=TABLE, draft=DRAFT, told=EVERY[:-1] + MANY * 2),
    "one_done": lambda visit: shown(visit, one("5a1c"), EVERY),
    "one_refused": lambda visit: shown(visit, one(None, Behaviour.ROLLBACK), MANY, outcome="invalid", after=100),
    "one_running": lambda visit: shown(visit, one("5a1c"), [], running=True),
}
