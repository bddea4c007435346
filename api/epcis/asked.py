"""What a request asks for: the query's parameters, the prefixes that it declares, and which page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from api.problems import TooLongAddress
from ledger_client.epcis.prefixes import STANDARD, Prefixes
from ledger_client.epcis.query import Query, QueryParameter, of_address

PER_PAGE, MOST_PER_PAGE = 30, 500
LONGEST = 32 * 1024  # characters of a query in an address
_PAGING = ("perPage", "nextPageToken")


@dataclass(frozen=True, slots=True)
class Asked:
    """`subject` tells one query from another: the path, its parameters in order, and the prefixes."""

    query: Query
    subject: str
    limit: int
    token: str | None


def require_short(request: HTTPConnection) -> None:
    """TooLongAddress for a query of events that nobody should send in an address."""
    if (length := len(request.scope["query_string"])) > LONGEST:
        fix = f"at most {LONGEST:,} are read; make it a named query by POST /queries, or ask in several"
        raise TooLongAddress("address", f"has a query of {length:,} characters", fix)


def asked(request: HTTPConnection) -> Asked:
    """The query of a request; QueryParameter names what is wrong with it."""
    pairs = request.query_params.multi_items()
    prefixes = declared(request)
    others = [(name, value) for name, value in pairs if name not in _PAGING]
    subject = repr((request.url.path, sorted(others), sorted(prefixes.items())))
    tokens = [value for name, value in pairs if name == "nextPageToken" and value]
    return Asked(of_address(others, prefixes), subject, per_page(request), tokens[-1] if tokens else None)


def page_asked(request: HTTPConnection) -> Asked:
    """Which page of a list that takes no query is asked for; QueryParameter for any other parameter."""
    wanted = asked(request)
    if wanted.query != Query():
        other = next(name for name in request.query_params if name not in _PAGING)
        raise QueryParameter(other, "is no parameter of this list", f"it takes {' and '.join(_PAGING)}")
    return wanted


def declared(request: HTTPConnection) -> Prefixes:
    """The prefixes of the header GS1-Extensions: `ex=https://ns.example.cn/, other=…`."""
    found: Prefixes = {}
    for header in request.headers.getlist("GS1-Extensions"):
        for entry in filter(None, map(str.strip, header.split(","))):
            prefix, equals, uri = entry.partition("=")
            prefix, uri = prefix.strip(), uri.strip()
            if not (equals and prefix and ":" in uri):
                raise QueryParameter("GS1-Extensions", f"holds {entry[:60]!r}", "write prefix=URI, several with commas between them")
            if prefix not in STANDARD:
                found[prefix] = uri
    return found


def per_page(request: HTTPConnection, default: int = PER_PAGE) -> int:
    """How many entries a page, or events a document, may hold; QueryParameter for what is no such number."""
    text = request.query_params.get("perPage") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise QueryParameter("perPage", f"{text[:40]!r} is no number of entries", f"write a whole number from 1 to {MOST_PER_PAGE}")
    return min(int(text), MOST_PER_PAGE)
