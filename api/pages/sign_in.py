"""The pages of signing in: name and password, and the choice of a password of one's own. They work without a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from accounts.passwords import LEAST
from api.pages.page import Shell
from api.pages.render import shell
from api.pages.words import Words
from api.sites import PATH as KEY_PATH

PATH = "/sign-in"


@dataclass(frozen=True, slots=True)
class SignInPage:
    """templates/sign_in.html"""

    template: ClassVar[str] = "sign_in.html"
    shell: Shell
    action: str
    next: str
    name: str  # as it was typed
    notice: str  # why one is asked
    error: str
    directory: str  # address of the company's directory sign-in, or empty
    directory_name: str
    wallet: str  # address of the page for keys
    signed_in: str  # "You are signed in as …", or empty
    sign_out: str


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """templates/new_password.html"""

    template: ClassVar[str] = "new_password.html"
    shell: Shell
    action: str
    ticket: str
    name: str
    next: str
    rules: str


def sign_in_page(
    words: Words, following: str, *, name: str = "", error: str = "", notice: str = "", directory_name: str = "", signed_in_as: str = ""
) -> SignInPage:
    """Name and password, and the other ways where there are any. `following`: the path to go on to."""
    query = f"&next={quote(following, safe='')}" if following != "/console" else ""
    lang = f"?lang={words.language}"
    return SignInPage(
        shell=_framed(words, words.say("in.title"), PATH, query),
        action=f"{PATH}{lang}",
        next=following,
        name=name,
        notice=notice or (words.say("in.first") if query and not error else ""),
        error=error,
        directory=f"{PATH}/directory{lang}{query}" if directory_name else "",
        directory_name=directory_name,
        wallet=f"{KEY_PATH}{lang}{query}",
        signed_in=words.say("in.as", name=signed_in_as) if signed_in_as else "",
        sign_out=f"/sign-out{lang}",
    )


def new_password_page(words: Words, ticket: str, name: str, following: str) -> NewPasswordPage:
    """After a one-time password: choose another."""
    return NewPasswordPage(
        shell=_framed(words, words.say("new.title"), PATH, ""),
        action=f"{PATH}/password?lang={words.language}",
        ticket=ticket,
        name=name,
        next=following,
        rules=words.say("new.rules", least=LEAST),
    )


def _framed(words: Words, title: str, path: str, query: str) -> Shell:
    frame = shell(words, title, path)
    return Shell(frame.language, frame.texts, frame.title, frame.other_language_url + query, frame.other_language, frame.assets)
