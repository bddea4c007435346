"""A lot that the dairy's quality manager has put on hold, so that the console's page of holds has something to show."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from ledger_client.codes import parse
from recall import holds
from recall.holds import Person
from records.genealogy.models import Thing
from scripts.demo.products import PASTEURISED
from scripts.demo.staff import STAFF


def give_holds(session: Session, signer: bytes) -> None:
    """The newest batch that is not filled yet waits for its second test."""
    batches = f"https://id.gs1.org/01/{PASTEURISED.gtin}/10/"
    newest = session.scalars(select(Thing.code).where(Thing.code.startswith(batches)).order_by(Thing.id.desc()).limit(1)).one()
    holds.place(
        session,
        parse(newest),
        "留样复检中：等待第二次微生物检验结果 Second microbiological test is awaited",
        Person(STAFF[Role.QUALITY][1], signer),
    )
