"""The demo's dairy has rules, a printed order, and a range at a co-packer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from issuing import orders, rules, states
from issuing.models import IssuedCode
from ledger_client.codes import parse
from records.database import migrate, open_sessions
from scripts.demo.codes import give_codes
from tests.postgres import open_engine


def test_the_dairys_codes_are_there_in_their_states(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'demo.db'}")
    migrate(engine)
    with open_sessions(engine).begin() as session:
        give_codes(session, 2, date(2026, 11, 26))
        found = orders.listed(session, 2)
        assert [(order.quantity, order.done, order.level, order.purpose) for order in found] == [
            (200, 200, "issued", "own"),
            (500, 500, "issued", "range"),
            (2000, 2000, "printed", "own"),
        ]
        assert [row.only_issued for row in rules.listed(session, 2)].count(True) == 1
        assert all(parse(code).uri == code for code in session.scalars(select(IssuedCode.code)))
        assert states.counts(session, found[2])["printed"] == 2000
    engine.dispose()
