"""What pages of notices share: states, amounts, owners, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from api.console.event_rows import item_text
from api.console.notices.letter import amounts
from api.console.shown import Badge, Link
from api.console.words import ConsoleWords
from api.names import place_names
from api.pages.words import Words
from indexer import queries as mirror
from recall.models import RecallCase
from recall.notices.models import RecallNotice

HOME = "/console/notices"
RECALLS = "/console/recalls"
Names = Mapping[int | str, str]  # of members by number, of parties by code

__all__ = ["HOME", "RECALLS", "Names", "amounts", "kind_of", "names_of", "of_case_url", "owner_of", "state_of", "trail", "waits"]


def trail(case: RecallCase, words: ConsoleWords) -> tuple[Link, Link]:
    """The way to what stands below a case."""
    return Link(RECALLS, words.say("recalls.title")), Link(f"{RECALLS}/{case.id}", case.number)


def of_case_url(case: RecallCase) -> str:
    """The notices of a case."""
    return f"{RECALLS}/{case.id}/notices"


def kind_of(case: RecallCase, words: ConsoleWords) -> Badge:
    """Whether it is a drill, which nobody may overlook."""
    return Badge(words.say(f"notices.kind.{case.kind}"), "wait" if case.kind == "drill" else "bad")


def waits(notice: RecallNotice, case: RecallCase) -> bool:
    """Whether an answer is still taken."""
    return notice.acknowledged_at is None and notice.replaced_at is None and case.closed_at is None


def state_of(notice: RecallNotice, case: RecallCase, words: ConsoleWords) -> Badge:
    """How it stands with the answer."""
    if notice.acknowledged_at is not None:
        return Badge(words.say("notices.state.answered"), "good")
    if notice.replaced_at is not None:
        return Badge(words.say("notices.state.replaced"), "quiet")
    if case.closed_at is not None:
        return Badge(words.say("notices.state.closed"), "quiet")
    late = notice.due_at < words.now
    return Badge(words.say(f"notices.state.{'overdue' if late else 'waiting'}"), "bad" if late else "warn")


def owner_of(notice: RecallNotice, names: Names, words: ConsoleWords) -> str:
    """To whom it is, by `names_of`."""
    return names.get(notice.member_id or notice.party) or item_text(notice.party) or words.say("notices.owner.unknown")


def names_of(session: Session, notices: Iterable[RecallNotice], words: Words) -> Names:
    """Of all members by number, and of the outside parties of some notices by code, where master data name them."""
    parties = place_names(session, {one.party for one in notices if one.member_id is None and one.party}, words)
    names: dict[int | str, str] = dict(mirror.member_names_by_number(session).items())
    return names | dict(parties.items())
