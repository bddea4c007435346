"""The form of a new account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.names import LONGEST, LONGEST_SHOWN
from accounts.roles import Role
from api.console.accounts.parts import HOME, Wrong, role_options, signer_options
from api.console.frame import Frame
from api.console.shown import Link, Option
from api.console.visit import Visit

NEW = f"{HOME}/new"


@dataclass(frozen=True, slots=True)
class NewAccountPage:
    """templates/console/accounts/new.html"""

    template: ClassVar[str] = "console/accounts/new.html"
    frame: Frame
    action: str
    wrong: Wrong | None
    name: str
    display_name: str
    roles: tuple[Option, ...]
    signers: tuple[Option, ...]
    longest: int
    longest_shown: int


def new_account_page(
    visit: Visit, signers: Collection[bytes], names: Mapping[bytes, str], typed: Mapping[str, str], wrong: Wrong | None = None
) -> NewAccountPage:
    """The form, as it was typed."""
    words = visit.words
    return NewAccountPage(
        frame=visit.frame(words.say("accounts.new"), Link(HOME, words.say("accounts.title"))),
        action=NEW,
        wrong=wrong,
        name=typed.get("name", "")[: 2 * LONGEST],
        display_name=typed.get("display_name", "")[: 2 * LONGEST_SHOWN],
        roles=role_options(typed.get("role", Role.PARTNER), words),
        signers=signer_options(signers, typed.get("signer", ""), names, words),
        longest=LONGEST,
        longest_shown=LONGEST_SHOWN,
    )
