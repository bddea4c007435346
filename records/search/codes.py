"""Items by any part of their code, in whatever case.

A part that stands in what codes of a product share is found on one of them, and leads to all that begin so. The first READ codes that the
index has are looked at; among these, those that end with the part come first, then those of which a piece begins with it.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records.lists.items import codes_between
from records.models import RecordItem
from records.search.endings import SHORTEST, TELLING, between, head_of, start_of, windows
from records.search.found import Found, first_of
from records.search.marks import CODES, mark
from records.search.models import SearchCode

READ = 120  # codes that one search looks at
THROUGH = 3000  # that it looks through where no piece of the part stands in few
BEHIND = 20_000  # items that are in no index yet and are read directly
_ELEMENT = re.compile(r"\((\d{2,4})\)")
_MARKS = "/:%?#[]@!$&'()*+,;=~"
_BLANKS = re.compile(r"\s+")


def part_of(asked: str) -> str:
    """What of a code a text means, in lower case, identifiers in brackets as in a Digital Link; empty for what is too short for one."""
    return _written(asked).lower()


def _written(asked: str) -> str:
    part = _ELEMENT.sub(r"/\1/", _BLANKS.sub("", unicodedata.normalize("NFKC", asked))).lstrip("/")
    part = part[start_of(part) :]
    telling = len(part) >= SHORTEST and any(map(str.isalnum, part))
    return (part if part.isascii() else quote(part, safe=_MARKS)) if telling else ""


def codes(session: Session, asked: str, limit: int) -> Found[str]:
    """Codes of items that hold the part, the likeliest first; of whatever records, so what of them may be told is for the caller to say."""
    part = part_of(asked)
    if not part:
        return Found([])
    near, more = _indexed(session, part)
    unindexed, unread = _unindexed(session, part)
    found = {code: None for code in (*near, *unindexed) if part in code.lower()}
    for beginning in sorted(_beginnings(near, _written(asked))):
        if len(found) > READ:
            more = True
            break
        some = codes_between(session, beginning, READ + 1, inclusive=True, end=beginning + "\x7f")
        more = more or len(some) > READ
        found |= dict.fromkeys(some)
    return first_of(sorted(found, key=lambda code: _rank(code, part)), limit, more=more, unread=unread)


def _indexed(session: Session, part: str) -> tuple[list[str], bool]:
    """Codes in which a piece of the part stands that stands in few; where each stands in many, those that hold the whole. Whether there are
    more."""
    code = RecordItem.item_code
    for window in windows(part):
        entries = list(session.scalars(_entries(window, READ + 1)))
        if len(entries) <= READ or window == part:
            some = select(code).where(RecordItem.id.in_(entries[:READ]))
            return list(session.scalars(some)) if entries else [], len(entries) > READ
    looked = _entries(windows(part)[0], THROUGH).subquery()
    whole = select(code).join(looked, looked.c.entry == RecordItem.id).where(func.lower(code).contains(part, autoescape=True))
    found = list(session.scalars(whole.order_by(looked.c.ending).limit(READ + 1)))
    return found, len(found) > READ or session.scalar(select(func.count()).select_from(looked)) == THROUGH


def _entries(window: str, limit: int) -> Select[int, int]:
    """Entries of codes in which a window stands, those that end with it first."""
    low, high = between(window)
    rows = select(SearchCode.entry, SearchCode.ending).where(SearchCode.ending.between(low, high))
    return rows.order_by(SearchCode.ending, SearchCode.entry).limit(limit)


def _beginnings(near: list[str], written: str) -> set[str]:
    """How codes begin that hold the part, or its beginning, in what they share with others of their product."""
    found, part = set[str](), written.lower()
    for code in near:
        head = head_of(code)
        lower = head.lower()
        place = next((at for at in range(start_of(code), len(head)) if _agree(lower[at:], part)), None)
        if place is not None:
            rest = written[len(head) - place :]
            found |= {head[: place + len(part)] + one for one in (rest, rest.lower(), rest.upper())}
    return found


def _agree(rest: str, part: str) -> bool:
    """Whether one begins with the other, and the shorter is long enough to mean something."""
    shorter = min(len(rest), len(part))
    return shorter >= min(TELLING, len(part)) and rest[:shorter] == part[:shorter]


def _unindexed(session: Session, part: str) -> tuple[list[str], int]:
    """Codes that hold the part, of records that are in no index yet; and how many items were not read."""
    done = mark(session, CODES)
    rows = select(RecordItem.item_code).where(RecordItem.record_id > done).order_by(RecordItem.record_id.desc()).limit(BEHIND + 1)
    read = list(session.scalars(rows))
    return [code for code in read[:BEHIND] if part in code.lower()], max(0, len(read) - BEHIND)


def _rank(code: str, part: str) -> tuple[int, int, str]:
    lower = code.lower()
    if lower.endswith(part):
        return (0, len(code), code)
    return (1 if any(piece.startswith(part) for piece in lower.split("/")) else 2, len(code), code)
