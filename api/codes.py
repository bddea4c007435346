"""Coding rules, orders and codes as JSON; shared by the routes of programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.code_schemas import (
    CodeOut,
    CodeStepOut,
    ExampleOut,
    IntervalOut,
    OrderOut,
    PreviewOut,
    RuleOut,
    VersionOut,
    WarningOut,
)
from issuing import rules, states
from issuing.capacity import capacity, statement
from issuing.counters import given_out
from issuing.definition import Definition, definition
from issuing.export import printed
from issuing.models import CodeOrder, CodeState, CodingRule, CodingRuleVersion, OrderState, Purpose
from issuing.preview import preview
from issuing.states import Found

_NOT_OF_IT = {"name", "confirmed", "reason", "based_on"}


def definition_in(given: BaseModel) -> Definition:
    """The definition that a body holds; InvalidInput names the field."""
    return definition(given.model_dump(by_alias=True, exclude=_NOT_OF_IT))


def preview_out(session: Session, rule: Definition) -> PreviewOut:
    """What a definition would be; InvalidInput for one that must not become a rule."""
    found = preview(rule, today())
    return PreviewOut(
        examples=[ExampleOut(code=one.code, printed=one.printed) for one in found.examples],
        length=found.length,
        statement=found.statement,
        until=found.capacity.until,
        warnings=[WarningOut(name=one.name, text=one.text) for one in rules.warned(session, rule, None)],
    )


def rule_out(session: Session, row: CodingRule, versions: Sequence[CodingRuleVersion] = ()) -> RuleOut:
    """A rule, with the versions that are given."""
    rule = rules.newest(session, row)
    return RuleOut(
        id=row.id,
        name=row.name,
        version=row.version,
        scheme=row.scheme,
        level=row.level,
        stem=row.stem,
        only_issued=row.only_issued,
        statement=statement(capacity(rule, today(), given_out(session, row.id, "")), rule),
        versions=[_version(one) for one in versions],
    )


def order_out(session: Session, order: CodeOrder, name: str, *, counted: bool = False) -> OrderOut:
    """An order of the rule of that name; `counted`: with how many codes stand where."""
    interval = None
    if order.first is not None:
        interval = IntervalOut(period=order.period, first=order.first, last=order.first + order.quantity - 1)
    return OrderOut(
        id=order.id,
        key=order.key,
        rule=order.rule_id,
        rule_name=name,
        version=order.version,
        quantity=order.quantity,
        purpose=Purpose(order.purpose),
        holder=order.holder,
        day=date.fromisoformat(order.day),
        names=order.names,
        note=order.note,
        state=OrderState(order.state),
        done=order.done,
        problem=order.problem,
        interval=interval,
        states={state: count for state, count in states.counts(session, order).items() if count} if counted else {},
        asked_at=order.asked_at,
        asked_by=order.asked_by,
        finished_at=order.finished_at,
    )


def code_out(session: Session, found: Found) -> CodeOut:
    """A code with its life."""
    rule = rules.said(rules.version(session, found.order.rule_id, found.order.version))
    life = states.history(session, found)
    return CodeOut(
        code=found.row.code,
        printed=printed(rule, found.row.code),
        state=found.state,
        order=found.order.id,
        number=found.row.number,
        rule=found.order.rule_id,
        holder=found.order.holder,
        event_id=found.row.event_id,
        history=[CodeStepOut(state=CodeState(one.state), at=one.at, by=one.by, reason=one.reason) for one in life],
    )


def today() -> date:
    """The date where this server stands."""
    return date.today()


def _version(row: CodingRuleVersion) -> VersionOut:
    told: dict[str, Any] = {"version": row.version, "definition": row.definition, "confirmed": row.confirmed, "reason": row.reason}
    return VersionOut(**told, made_at=row.made_at, made_by=row.made_by)
