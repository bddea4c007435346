"""Pages for everything that is not a history: unknown, wrong code, node down, our own failure, and the front page."""

from __future__ import annotations

import re

from api.pages.page import HomePage, MessagePage, Part, Shell
from api.pages.product import code_parts
from api.pages.words import Words
from ledger_client.codes import ItemCode
from ledger_client.errors import InvalidCode

_KINDS = {403: "forbidden", 404: "lost", 405: "lost", 429: "later", 502: "down", 503: "down"}


def unknown_page(code: ItemCode, shell: Shell, words: Words) -> MessagePage:
    """Well-formed, but neither the chain nor this server has anything."""
    return MessagePage(
        shell=shell,
        icon="unknown",
        tone="warn",
        headline=words.say("unknown.title"),
        text=words.say("unknown.text"),
        code=code.uri,
        details=code_parts(code, words),
        advice=words.say("unknown.advice"),
    )


def wrong_code_page(text: str, error: InvalidCode, shell: Shell, words: Words) -> MessagePage:
    """A code that no scheme accepts; says which check digit would be right."""
    digit = re.search(r"the right one is (\d)", error.fix)
    fix = words.say("wrong.digit", digit=digit[1]) if digit else error.fix
    details = [Part(words.say("wrong.problem"), f"{error.field}: {error.problem}")] if not digit else []
    details += [Part(words.say("wrong.fix"), fix)] if fix else []
    return MessagePage(
        shell=shell,
        icon="wrong",
        tone="warn",
        headline=words.say("wrong.title"),
        text=words.say("wrong.text"),
        code=text,
        details=tuple(details),
        advice="",
    )


def down_page(code: ItemCode, shell: Shell, words: Words) -> MessagePage:
    """Nothing stored and no node to ask: we cannot say."""
    return MessagePage(
        shell=shell,
        icon="wait",
        tone="quiet",
        headline=words.say("down.title"),
        text=words.say("down.text"),
        code=code.uri,
        details=code_parts(code, words),
        advice=words.say("down.advice"),
    )


def home_page(shell: Shell) -> HomePage:
    """The front page: a field for a code."""
    return HomePage(shell)


def problem_title(status: int, words: Words) -> str:
    """What the page of a failure is called."""
    return words.say(f"{_KINDS.get(status, 'broken')}.title")


def problem_page(status: int, shell: Shell, words: Words) -> MessagePage:
    """Any other failure on a path that people visit, by its HTTP status."""
    kind = _KINDS.get(status, "broken")
    tone = {"lost": "warn", "down": "quiet", "broken": "bad", "forbidden": "warn", "later": "quiet"}[kind]
    icon = {"lost": "unknown", "down": "wait", "broken": "wrong", "forbidden": "hidden", "later": "wait"}[kind]
    text = words.say("down.advice" if kind == "down" else f"{kind}.text")
    return MessagePage(shell, icon, tone, problem_title(status, words), text, "", (), "")
