"""How a subscription begins: its address is judged, its secret sealed, its marks set to where things stand now."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exchange.models import HappeningKind, State, Subscription
from ledger_client.epcis.query.document import JSON, Form
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import Networks, judged, read
from records import held
from records.columns import now
from records.row_seals import seal

SHORTEST_SECRET, LONGEST_SECRET = 16, 200
MOST = 50  # active ones of one account


@dataclass(frozen=True, slots=True)
class Maker:
    """Which account makes it, and by which API key, if by one."""

    account_id: int
    key_digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription to be made."""

    kinds: Sequence[HappeningKind]
    dest: str
    secret: str
    name: str = ""
    query_id: int | None = None
    schedule: dict[str, str] | None = None
    report_if_empty: bool = False
    initial_record_time: datetime | None = None
    runs_at: datetime | None = None
    form: Form = field(default_factory=Form)
    allowed: Networks = field(default=())


def drawn_secret() -> str:
    """A new secret of 256 random bits."""
    return "whs_" + secrets.token_urlsafe(32)


def make(session: Session, maker: Maker, wanted: Wanted) -> Subscription:
    """Keep it; InvalidInput names the field of an address or a secret that will not do, Conflict when there are too many."""
    judged(read(wanted.dest, "dest"), wanted.allowed, "dest")
    _check_secret(wanted.secret)
    active = select(func.count()).where(Subscription.account_id == maker.account_id, Subscription.state == State.ACTIVE)
    if (session.scalar(active) or 0) >= MOST:
        raise Conflict(sentence("the account has {most} subscriptions and webhooks; end one of them first", most=MOST))
    moment = now()
    row = Subscription(
        id=str(uuid.uuid4()),
        name=wanted.name,
        kinds=[str(kind) for kind in wanted.kinds],
        query_id=wanted.query_id,
        dest=wanted.dest,
        secret_id=held.hold(session, wanted.secret),
        account_id=maker.account_id,
        key_digest=maker.key_digest,
        schedule=wanted.schedule,
        report_if_empty=wanted.report_if_empty,
        epc_format=wanted.form.epcs,
        cbv_xml_format=None if wanted.form.media_type == JSON else wanted.form.cbv,
        initial_record_time=wanted.initial_record_time,
        runs_at=wanted.runs_at,
        state=State.ACTIVE,
        made_at=moment,
        ended_at=None,
        failures=0,
        next_at=moment,
        notified_at=None,
        problem=None,
    )
    session.add(row)
    seal(session, row)
    return row


def _check_secret(secret: str) -> None:
    if not (SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET and secret.isascii() and secret.isprintable()):
        told = "draw {least} to {most} ASCII characters, for example with `openssl rand -hex 32`"
        fix = sentence(told, least=SHORTEST_SECRET, most=LONGEST_SECRET)
        raise InvalidInput("signatureToken", "is too short, too long, or cannot be typed", fix)
