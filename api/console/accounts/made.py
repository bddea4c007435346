"""A password or a key that was just made: shown this once, to be copied and handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.accounts.parts import HOME
from api.console.frame import Frame
from api.console.shown import Digest, Link
from api.console.visit import Visit


@dataclass(frozen=True, slots=True)
class MadePage:
    """templates/console/accounts/made.html"""

    template: ClassVar[str] = "console/accounts/made.html"
    frame: Frame
    lead: str
    value: Digest
    what_next: str
    on: Link


def password_page(visit: Visit, name: str, password: str, url: str) -> MadePage:
    """A one-time password for the account `name`, whose page is at `url`."""
    words = visit.words
    return MadePage(
        frame=visit.frame(words.say("accounts.password.made"), Link(HOME, words.say("accounts.title"))),
        lead=words.say("accounts.password.lead", name=name),
        value=Digest(password, password),
        what_next=words.say("accounts.password.next"),
        on=Link(url, words.say("accounts.made.on")),
    )


def key_page(visit: Visit, name: str, key: str, url: str) -> MadePage:
    """A key called `name`; one goes on to `url`."""
    words = visit.words
    return MadePage(
        frame=visit.frame(words.say("accounts.key.made")),
        lead=words.say("accounts.key.lead", name=name),
        value=Digest(key, f"{key[:8]}…"),
        what_next=words.say("accounts.key.next"),
        on=Link(url, words.say("accounts.made.on")),
    )
