"""Rows that people made are sealed, from before there were seals too; one that goes or comes by hand is named. On both databases."""

from sqlalchemy import delete, insert, select

from issuing import rules
from issuing.models import CodingRule, CodingRuleVersion
from records.columns import now
from records.database import alone, migrate, open_engine, open_sessions, upgrade
from records.keyring import keyring_of
from records.models import RowSeal
from sentinel.row_seals import differences
from tests.issuing.rules import counter, rule
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]

MADE = rule(counter(6), yearly=1000)
ROW = {"id": 7, "member_id": 1, "name": "牛奶", "version": 1, "scheme": "sgtin", "level": "item", "stem": MADE.stem, "only_issued": True}


def test_what_was_there_before_is_sealed_as_it_stands_on_either_database(database_url, tmp_path):
    engine = open_engine(database_url, tmp_path / "keyring")
    with alone(engine) as connection:
        upgrade(connection, "0023")
        keyring_of(connection).make()
        connection.execute(insert(CodingRule).values(**ROW, made_at=now()))
        said = {"definition": MADE.as_json(), "confirmed": [], "reason": "", "made_at": now(), "made_by": "王芳"}
        connection.execute(insert(CodingRuleVersion).values(rule_id=7, version=1, **said))
        upgrade(connection)
    with open_sessions(engine)() as session:
        assert len(session.scalars(select(RowSeal)).all()) == 2
        assert list(differences(session)) == []
    engine.dispose()


def test_a_row_that_goes_or_comes_by_hand_is_named_with_what_it_said(database_url, tmp_path):
    engine = open_engine(database_url, tmp_path / "keyring")
    migrate(engine)
    with open_sessions(engine).begin() as session:
        made = rules.make(session, 1, "milk", MADE, ["countable"], "王芳", "first")
        rules.change(session, made, rule(counter(7), yearly=1000), ["countable"], 1, "王芳", "too short")
        assert list(differences(session)) == []
        session.execute(delete(CodingRuleVersion).where(CodingRuleVersion.version == 1))
        session.execute(insert(CodingRule).values(**ROW, made_at=now()))
        found = {(one.kind, one.table, one.row) for one in differences(session)}
        assert found == {("missing", "coding_rule_versions", f"{made.id} 1"), ("added", "coding_rules", "7")}
    engine.dispose()
