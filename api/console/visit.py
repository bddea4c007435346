"""A request to the console: who, in which language, theme and time zone; and how it is answered.

`visiting(right)` is the dependency of every handler. `?lang=` and `?theme=` on any page change the choice, which a cookie keeps;
the zone is told by the browser (`console.js`) in a cookie of its own, and is UTC until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import Caller, allowed
from api.console.frame import Frame, crumbs, menu, who
from api.console.render import ConsolePage, assets, render
from api.console.search.links import SEARCH
from api.console.shown import Link, Option, with_query
from api.console.words import ConsoleWords
from api.dependencies import Db
from api.members_here import seen_by, usable
from api.pages.words import HTML_LANGUAGE, LANGUAGES, choose
from api.problems import NoKey
from recall.notices.lists import waiting_for

LANGUAGE, THEME, ZONE = "traceledger_language", "traceledger_theme", "traceledger_zone"
THEMES = ("auto", "light", "dark")
SIGN_IN = "/sign-in"
NOTICES = "/console/notices"
_YEAR = 365 * 24 * 3600


class Refilled(Exception):
    """Answers with a form as it was typed, beside what is wrong with it. Raised, so that nothing of the request is kept."""

    def __init__(self, answer: Response) -> None:
        super().__init__("the form is shown again")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who may make it; `caller` is None only where an error is told."""

    request: Request
    caller: Caller | None
    words: ConsoleWords
    theme: str
    rights: frozenset[Right] = frozenset()  # that the caller can use (`members_here.usable`)
    owns: bool = False  # some company's rules, codes and labels are theirs to see
    notices: int = 0  # recall notices to their company that wait for an answer

    @property
    def acting(self) -> Caller:
        """Who acts; on every page but that of an error there is somebody."""
        if self.caller is None:
            raise NoKey("this needs you to sign in")
        return self.caller

    def may(self, right: Right) -> bool:
        """Whether what needs that right is offered: the caller has it, and it would come to something."""
        return right in self.rights

    def frame(self, heading: str, *trail: Link) -> Frame:
        """The frame of the page that this request shows; `trail` leads to it from the overview."""
        path, query, words = self.request.url.path, dict(self.request.query_params), self.words
        shown = {name: value for name, value in query.items() if name not in ("lang", "theme", "done")}
        return Frame(
            language=HTML_LANGUAGE[words.language],
            theme=self.theme,
            texts=words.texts,
            heading=heading,
            crumbs=crumbs(trail, path, words),
            menu=menu(self.rights, path, words, {NOTICES: self.notices}, owns=self.owns) if self.caller else (),
            who=who(self.caller.display_name, self.caller.role, words) if self.caller else None,
            languages=tuple(
                Option(one, words.say(f"frame.language.{one}"), one == words.language, with_query(quote(path), shown, lang=one))
                for one in LANGUAGES
            ),
            themes=tuple(
                Option(one, words.say(f"frame.theme.{one}"), one == self.theme, with_query(quote(path), shown, theme=one)) for one in THEMES
            ),
            waiting=self._waiting(path),
            done=_done(query.get("done", ""), words),
            asked=query.get("q", "") if path == SEARCH else "",
            zone=words.say("frame.zone", zone=words.zone_name()),
            assets=assets(),
        )

    def _waiting(self, path: str) -> Link | None:
        return (
            Link(NOTICES, self.words.say("notices.banner", count=self.notices)) if self.notices and not path.startswith(NOTICES) else None
        )

    def show(self, page: ConsolePage, status: int = 200) -> Response:
        """The page; a language or theme that the address asked for is kept."""
        answer = HTMLResponse(render(page), status, headers={"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"})
        for name, cookie, value in (("lang", LANGUAGE, self.words.language), ("theme", THEME, self.theme)):
            if name in self.request.query_params:
                answer.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="lax", secure=self.request.url.scheme == "https")
        return answer

    def go(self, path: str, done: str = "") -> Response:
        """On to another page, after a form was taken; `done` is the text that says so, such as `accounts.done.created`."""
        mark = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{mark}done={done}" if done else path, 303)


def visiting(right: Right, *, in_person: bool = False) -> Callable[..., Visit]:
    """The dependency of a page that needs `right` (see `allowed`); use it with `scope="function"`, as all that hold the session."""
    permitted = allowed(right, in_person=in_person)

    def visit(request: Request, db: Db, caller: Any = Depends(permitted, scope="function")) -> Visit:  # noqa: ANN401, B008 (FastAPI's form)
        found = visit_of(request, db, caller)
        request.state.visit = found
        return found

    visit.right = right  # type: ignore[attr-defined]
    return visit


def visit_of(request: Request, db: Session | None = None, caller: Caller | None = None) -> Visit:
    """The visit of a request, whoever makes it; nobody in particular without a database."""
    query, cookies = request.query_params, request.cookies
    language = choose(query.get("lang") or cookies.get(LANGUAGE), request.headers.get("accept-language", ""))
    theme = next((one for one in (query.get("theme"), cookies.get(THEME)) if one in THEMES), "auto")
    words = ConsoleWords(language, _zone(cookies.get(ZONE, "")))
    if caller is None or db is None:
        return Visit(request, None, words, theme)
    member = seen_by(db, caller)
    return Visit(request, caller, words, theme, usable(db, caller), member != 0, waiting_for(db, member) if member else 0)


def sign_in_first(request: Request) -> Response:
    """To the sign-in page, and back here afterwards."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(here, safe='')}", 303)


def _zone(name: str) -> tzinfo:
    """The zone of that name; UTC for one that is not known here."""
    try:
        return ZoneInfo(name) if name and len(name) < 64 else UTC
    except (ValueError, OSError, LookupError):  # odd names are refused, unknown ones not found
        return UTC


def _done(key: str, words: ConsoleWords) -> str:
    return words.say(key) if ".done." in key and key in words.texts else ""
