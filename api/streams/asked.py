"""What a websocket handshake asks for, from its address and headers (EPCIS 2.0, /queries/{queryName}/events)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import HTTPConnection

from api.epcis.asked import per_page
from api.epcis.negotiation import agreed_also_xml, subscribed_form
from exchange import schedule
from exchange.pieces import MOST_EVENTS
from ledger_client.epcis.query import QueryParameter
from ledger_client.epcis.query.document import Form
from ledger_client.epcis.query.values import moment

RESUME = "nextPageToken"
_PARAMETERS = ("stream", *schedule.FIELDS, "reportIfEmpty", "initialRecordTime", "perPage", RESUME)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listener wants. `token`: where an earlier stream of the same query was left; `most`: events of one document."""

    schedule: dict[str, str] | None
    report_if_empty: bool
    since: datetime | None
    token: str | None
    most: int
    form: Form


def wanted(connection: HTTPConnection) -> Wanted:
    """What a handshake asks for; QueryParameter or NotAcceptable names what cannot be."""
    agreed_also_xml(connection)
    given = connection.query_params
    for name in given:
        if name not in _PARAMETERS:
            raise QueryParameter(name[:60], "is no parameter of a subscription by websocket", f"it takes {', '.join(_PARAMETERS)}")
    times = {name: given[name] for name in schedule.FIELDS if name in given}
    if _truth(connection, "stream") == bool(times):
        fix = "add ?stream=true, or a schedule such as ?hour=1&minute=5"
        raise QueryParameter("stream", "or a schedule has to be given, and not both", fix)
    return Wanted(
        schedule.read(times) if times else None,
        _truth(connection, "reportIfEmpty"),
        _since(given.get("initialRecordTime")),
        given.get(RESUME),
        min(per_page(connection, MOST_EVENTS), MOST_EVENTS),
        subscribed_form(connection),
    )


def _truth(connection: HTTPConnection, name: str) -> bool:
    text = connection.query_params.get(name, "false")
    if text not in _TRUTH:
        raise QueryParameter(name, f"{text[:40]!r} is neither true nor false", "write true or false")
    return _TRUTH[text]


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = moment(text)
    if found is None or not 1970 <= found.year <= 9000:
        raise QueryParameter("initialRecordTime", f"{text[:40]!r} is no time", "write it like 2026-09-01T06:10:00Z; + is written %2B")
    return found
