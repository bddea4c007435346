"""Scores that go on, that passed and that did not; a certificate to be checked, genuine, and one that was altered."""

from __future__ import annotations

from api.console.drill.check import check_page
from api.console.drill.score import score_page
from recall.certificate import Certificate, Checked, Compared
from recall.drill.figures import Figures
from tests.console.sampled import HOSTILE
from tests.console.samples.notices import MEMBERS, NOW, ROWS, case
from tests.recall.test_score import AMOUNTS, amount
from tests.recall.test_score import GOOD as COUNTS

GOOD = Figures(COUNTS, AMOUNTS)
LATE = {"unitsLocated": 3, "ownersAnsweredInTime": 0, "secondsToFirstNotice": 5400, "secondsToLastNotice": 600, "openEnds": 1}
BAD = Figures(COUNTS | LATE | {"secondsBeforeOpening": 86_400}, [amount(HOSTILE, 12345, "0.5"), amount("unsaid", 2, 1, 2, 0)])
MADE = Certificate(HOSTILE, HOSTILE, b"\1" * 32, {}, None)  # type: ignore[arg-type]
TRUE = Checked(True, (Compared("unitsAffected", 5, 5), Compared("title", HOSTILE, HOSTILE)), (), HOSTILE, 1_790_000_000, None)  # type: ignore[arg-type]
FALSE = Checked(
    False,
    (Compared("points", 99, 90), Compared("x", None, HOSTILE)),
    ("chain", "item", "event", "event_id", "points"),
    "",
    0,
    None,  # type: ignore[arg-type]
)
PAGES = {
    "so_far": lambda visit: score_page(visit, case("drill"), Figures({}, []), [], MEMBERS),
    "passed": lambda visit: score_page(visit, case("drill", closed_at=NOW), GOOD, ROWS, MEMBERS),
    "failed": lambda visit: score_page(visit, case("drill", closed_at=NOW), BAD, ROWS, MEMBERS),
    "recall": lambda visit: score_page(visit, case(), BAD, ROWS, MEMBERS),
    "check": check_page,
    "check_refused": lambda visit: check_page(visit, HOSTILE),
    "check_genuine": lambda visit: check_page(visit, made=MADE, found=TRUE),
    "check_false": lambda visit: check_page(visit, made=MADE, found=FALSE),
}
