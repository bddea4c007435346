"""Where the dairy's codes lead beside their own pages: how to keep the milk, in both languages, and what holds for all its products."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.roles import Role
from resolver import links
from resolver.links import Wanted
from scripts.demo.companies import PLANT
from scripts.demo.products import FRESH
from scripts.demo.staff import STAFF

_SITE = "https://www.example.com/chenglu"
LINKS = (
    Wanted("gs1:instructions", f"{_SITE}/zh/keeping", "怎样保存鲜牛奶", code=FRESH.gtin, language="zh", media_type="text/html", first=True),
    Wanted("gs1:instructions", f"{_SITE}/en/keeping", "How to keep fresh milk", code=FRESH.gtin, language="en", media_type="text/html"),
    Wanted(
        "gs1:nutritionalInfo", f"{_SITE}/fresh/nutrition.pdf", "营养成分表", code=FRESH.gtin, language="zh", media_type="application/pdf"
    ),
    Wanted("gs1:recallStatus", f"{_SITE}/recalls", "召回公告", company_prefix=PLANT.prefix),
)


def give_links(session: Session, member: int) -> None:
    """The links, set after the coding rules that say whose the codes are."""
    for wanted in LINKS:
        links.make(session, member, wanted, STAFF[Role.QUALITY][1])
