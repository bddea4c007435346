"""What pages of notices share: states, amounts, owners, addresses."""

from __future__ import annotations

from collections.abc import Mapping

from api.console.notices.letter import amounts
from api.console.shown import Badge
from api.console.words import ConsoleWords
from recall.models import RecallCase
from recall.notices.models import RecallNotice

HOME = "/console/notices"
RECALLS = "/console/recalls"

__all__ = ["HOME", "RECALLS", "amounts", "kind_of", "of_case_url", "owner_of", "state_of", "waits"]


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


def owner_of(notice: RecallNotice, members: Mapping[int, str], words: ConsoleWords) -> str:
    """To whom it is."""
    return members.get(notice.member_id or 0, "") or notice.party or words.say("notices.owner.unknown")
