"""Codes: no rule and some, the editor as it opens, with warnings, refused; orders in each state; a code's life."""

from __future__ import annotations

from datetime import date

from api.console.codes.code import code_page, look_up_page
from api.console.codes.draft import Draft, draft_of
from api.console.codes.editor import editor_page, preview_shown, refused
from api.console.codes.orders import new_order_page, order_page, orders_page
from api.console.codes.rules import rule_page, rules_page
from api.console.shown import Link
from issuing.capacity import capacity
from issuing.definition import definition
from issuing.judging import Warned, warnings
from issuing.models import CodeOrder, CodeState, CodingRule, CodingRuleVersion, IssuedCode, OrderState, Purpose
from issuing.preview import preview
from issuing.states import Found, Step
from ledger_client.errors import InvalidInput
from tests.console.sampled import HOSTILE, NOW

GTIN = "06901234567892"
TODAY = date(2026, 9, 1)
SEGMENTS = [
    {"kind": "fixed", "text": "M"},
    {"kind": "line", "width": 1},
    {"kind": "counter", "width": 6, "alphabet": "ABCDEFGH", "reset": "never", "start": 1},
    {"kind": "check", "system": "37,36"},
]
COUNTED = definition({"scheme": "sgtin", "level": "item", "base": GTIN, "segments": SEGMENTS, "yearly": 90_000, "onlyIssued": False})
DRAWN = definition({**COUNTED.as_json(), "segments": [{"kind": "random", "width": 12, "alphabet": "clear"}], "onlyIssued": True})
DAILY = definition(
    {**COUNTED.as_json(), "scheme": "lgtin", "level": "lot", "segments": [{"kind": "date", "part": "YY"}, {"kind": "date", "part": "DDD"}]}
)
TOLD = [*warnings(COUNTED, TODAY), Warned("recorded_before", ""), *warnings(DAILY, TODAY)]


def row(number=1, name=HOSTILE, rule=COUNTED):
    told = {"member_id": 1, "version": 2, "scheme": rule.scheme.name, "level": str(rule.level), "stem": rule.stem}
    return CodingRule(id=number, name=name, only_issued=rule.only_issued, made_at=NOW, **told)


def version(number, rule):
    told = {"definition": rule.as_json(), "confirmed": [], "reason": HOSTILE if number > 1 else ""}
    return CodingRuleVersion(rule_id=1, version=number, made_at=NOW, made_by=HOSTILE, **told), rule


def order(number=1, state=OrderState.DONE, done=1000, level=CodeState.ISSUED, **more):
    told = {
        "member_id": 1,
        "key": HOSTILE,
        "wanted": {},
        "rule_id": 1,
        "version": 2,
        "quantity": 1000,
        "purpose": Purpose.OWN,
        "holder": "",
    }
    told |= {"note": "", "day": "2026-09-01", "names": {}, "period": "", "first": 1, "problem": None, "finished_at": None}
    return CodeOrder(id=number, state=state, done=done, level=level, asked_at=NOW, asked_by=HOSTILE, **(told | more))


RANGE = order(2, purpose=Purpose.RANGE, holder=HOSTILE, note=HOSTILE, names={"line": HOSTILE}, period="2026", level=CodeState.VOID)
RUNNING, FAILED = order(3, OrderState.RUNNING, 400), order(4, OrderState.FAILED, 50, problem=HOSTILE, first=None)
NAMES = {1: HOSTILE}
CODE = f"https://id.gs1.org/01/{GTIN}/21/M1AAAAAB"
LIFE = [Step(CodeState.ISSUED, NOW, HOSTILE, ""), Step(CodeState.ACTIVATED, NOW, "", "ni:///sha-256;5a1c")]
COUNTS = {CodeState.ISSUED: 900, CodeState.ACTIVATED: 100, CodeState.VOID: 0}


def editor(visit, rule=COUNTED, warned=TOLD, found=None, wrong="", focus=""):
    draft = draft_of(HOSTILE, rule, 2)
    shown = preview_shown(rule, preview(rule, TODAY), warned, frozenset({"countable"}), visit.words)
    return editor_page(visit, Draft(**{**{name: getattr(draft, name) for name in Draft.__slots__}, "focus": focus}), shown, found, wrong)


def found(level=CodeState.ISSUED, own=None):
    return Found(IssuedCode(code=CODE, order_id=1, number=41, state=own, event_id=None), order(level=level, holder=HOSTILE))


PAGES = {
    "no_rules": lambda visit: rules_page(visit, [], may_make=True, may_order=True),
    "rules": lambda visit: rules_page(
        visit,
        [(row(number, HOSTILE, rule), rule, capacity(rule, TODAY)) for number, rule in enumerate((COUNTED, DRAWN, DAILY), 1)],
        may_make=True,
        may_order=True,
    ),
    "rules_read": lambda visit: rules_page(visit, [(row(), COUNTED, capacity(COUNTED, TODAY))], may_make=False, may_order=False),
    "new": lambda visit: editor_page(visit, Draft(), refused(InvalidInput("base", "is empty"), visit.words), None),
    "base_refused": lambda visit: editor_page(
        visit, Draft(base=HOSTILE), refused(InvalidInput("base", HOSTILE, HOSTILE), visit.words), None
    ),
    "editor": lambda visit: editor(visit, focus="up-1"),
    "editor_refused": lambda visit: editor(visit, DRAWN, [], None, HOSTILE),
    "version": lambda visit: editor(visit, DAILY, [], row()),
    "odd": lambda visit: editor_page(
        visit,
        Draft(scheme=HOSTILE, level=HOSTILE, segments=({"kind": HOSTILE},)),
        refused(InvalidInput(HOSTILE, HOSTILE), visit.words),
        None,
    ),
    "rule": lambda visit: rule_page(
        visit,
        row(),
        COUNTED,
        capacity(COUNTED, TODAY),
        [HOSTILE],
        [version(2, COUNTED), version(1, DRAWN)],
        may_change=True,
        may_order=True,
    ),
    "no_orders": lambda visit: orders_page(visit, [], NAMES, None, first=True, more=False, may_order=True),
    "orders": lambda visit: orders_page(
        visit, [FAILED, RUNNING, RANGE, order()], NAMES, Purpose.RANGE, first=False, more=True, may_order=False
    ),
    "new_order": lambda visit: new_order_page(visit, [row(), row(2)], row(), COUNTED, {"note": HOSTILE, "name.line": HOSTILE}, HOSTILE),
    "new_order_without_a_rule": lambda visit: new_order_page(visit, [], None, None, {}),
    "order": lambda visit: order_page(visit, order(), row(), COUNTS, [Link("/x", HOSTILE)], may_issue=True),
    "order_running": lambda visit: order_page(visit, RUNNING, row(), COUNTS, [], may_issue=True),
    "order_failed": lambda visit: order_page(visit, FAILED, row(), COUNTS, [], may_issue=False),
    "range": lambda visit: order_page(visit, RANGE, row(), COUNTS, [], may_issue=True, wrong=HOSTILE),
    "look_up": look_up_page,
    "look_up_nothing": lambda visit: look_up_page(visit, HOSTILE, HOSTILE),
    "code": lambda visit: code_page(visit, found(), HOSTILE, row(), LIFE, may_issue=True),
    "code_void": lambda visit: code_page(visit, found(own=CodeState.VOID), HOSTILE, row(), LIFE, may_issue=True, problem=HOSTILE),
}
