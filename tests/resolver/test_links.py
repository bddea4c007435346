"""Members' links in both databases: kept, matched by the most specific pattern, and only for what is one's own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from indexer import models as mirror
from issuing.models import CodingRule
from ledger_client.codes.scan import scan
from ledger_client.errors import Conflict, NotFound, Refused
from records.columns import now
from resolver import links
from resolver.links import Wanted

GTIN, OTHER = "06901234567892", "06901234000016"


def wanted(code: str = GTIN, link_type: str = "gs1:pip", target: str = "https://example.com/milk", **more: Any) -> Wanted:
    return Wanted(link_type, target, "Milk", code="" if "company_prefix" in more else code, **more)


@pytest.fixture
def ours(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Member 1 codes `GTIN`, member 2 codes `OTHER`."""
    mirror.create(sessions.kw["bind"])
    with sessions.begin() as session:
        for member, gtin in ((1, GTIN), (2, OTHER)):
            stem = f"https://id.gs1.org/01/{gtin}/21/"
            told = {"version": 1, "scheme": "sgtin", "level": "item", "only_issued": False, "made_at": now()}
            session.add(CodingRule(member_id=member, name=gtin, stem=stem, **told))
    return sessions


def found(session: Session, path: str) -> list[tuple[str, str]]:
    return [(link.link_type, link.title) for link in links.nearest(levels(session, path))]


def levels(session: Session, path: str) -> list[links.Level]:
    told = scan("https://x.example" + path)
    return links.of_item(session, told.item, told.parts)


def test_the_most_specific_code_wins_for_each_type(ours: sessionmaker[Session]):
    with ours.begin() as session:
        for title, code in (("product", GTIN), ("lot", f"(01){GTIN}(10)L1"), ("item", f"(01){GTIN}(21)A1")):
            links.make(session, 1, Wanted("gs1:pip", "https://example.com/" + title, title, code=code), "lin")
        links.make(session, 1, Wanted("gs1:recallStatus", "https://example.com/recall", "recall", code=f"(01){GTIN}(10)L1"), "lin")
        links.make(session, 1, Wanted("gs1:support", "https://example.com/support", "support", code=GTIN), "lin")
    with ours() as session:
        assert found(session, f"/01/{GTIN}") == [("pip", "product"), ("support", "support")]
        assert found(session, f"/01/{GTIN}/10/L1") == [("recallStatus", "recall"), ("pip", "lot"), ("support", "support")]
        assert found(session, f"/01/{GTIN}/10/L1/21/A1") == [("pip", "item"), ("recallStatus", "recall"), ("support", "support")]
        assert found(session, f"/01/{GTIN}/21/A1") == [("pip", "item"), ("support", "support")]
        assert found(session, f"/01/{OTHER}/21/A1") == []
        whole = [(level.code, [link.title for link in level.links]) for level in levels(session, f"/01/{GTIN}/10/L1/21/A1")]
        base = f"https://id.gs1.org/01/{GTIN}"
        assert whole == [(f"{base}/21/A1", ["item"]), (f"{base}/10/L1", ["recall", "lot"]), (base, ["product", "support"])]


def test_a_company_prefix_covers_all_kinds_of_keys_if_it_is_ones_own_alone(ours: sessionmaker[Session]):
    with ours.begin() as session:
        links.make(session, 1, wanted(company_prefix="69012345"), "lin")
        assert found(session, "/00/069012345000000011") == [("pip", "Milk")]
        assert found(session, f"/01/{GTIN}/21/B") == [("pip", "Milk")]
        assert found(session, f"/01/{OTHER}") == []
        with pytest.raises(Refused, match="not yours alone"):
            links.make(session, 1, wanted(company_prefix="6901234"), "lin")
        links.make(session, 1, Wanted("gs1:pip", "https://example.com/own", "own", code=GTIN), "lin")
        assert found(session, f"/01/{GTIN}/21/B") == [("pip", "own")]


@pytest.mark.parametrize(
    ("code", "why"), [(OTHER, "another member's"), ("06909876000012", "nothing says"), ("https://example.com/things/1", "nothing says")]
)
def test_what_is_not_the_members_gets_no_link(ours: sessionmaker[Session], code: str, why: str):
    with ours() as session, pytest.raises(Refused, match=why):
        links.make(session, 1, wanted(code), "lin")


def test_a_link_is_changed_removed_and_never_there_twice(ours: sessionmaker[Session]):
    with ours.begin() as session:
        first, second = links.make(session, 1, wanted(), "lin"), links.make(session, 1, wanted(language="en"), "lin")
        with pytest.raises(Conflict, match="there already"):
            links.make(session, 1, wanted(), "lin")
        with pytest.raises(Conflict, match="there already"):
            links.change(session, second, wanted(), "lin")
        links.change(session, first, wanted(target="https://example.com/other", first=True), "mei")
        number = first.id
    with ours.begin() as session:
        row = links.one(session, number, 1)
        assert (row.target, row.first, row.changed_by) == ("https://example.com/other", True, "mei")
        with pytest.raises(NotFound):
            links.one(session, number, 2)
        links.remove(session, row)
        assert [row.language for row in links.listed(session, 1)] == ["en"]
        assert (links.listed(session, 2), len(links.listed(session, None))) == ([], 1)
