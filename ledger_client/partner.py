"""A partner's side of the HTTP interface: post events, follow a capture job, fetch proofs.

Talks to a TraceLedger server (`api/`); used by the command line and by partners' own programs.
An answer that is a problem document (RFC 9457) becomes an error of `ledger_client.errors`, so that callers need to know one tree only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from ledger_client.epcis.xml.sniff import looks_like_xml
from ledger_client.errors import Conflict, InvalidInput, LedgerError, NotFound, Refused, Retryable

POLL_SECONDS = 0.2


class Partner:
    """One server, and the key that this partner writes with (none is needed to read)."""

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout)

    def __enter__(self) -> Partner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the server."""
        self._http.close()

    def capture(self, document: bytes, *, proceed: bool = False) -> str:
        """Hand over an EPCIS document, JSON or XML; return the id of its capture job. Accepted means stored."""
        kind = "application/xml" if looks_like_xml(document) else "application/json"
        headers = {"Content-Type": kind, "GS1-Capture-Error-Behaviour": "proceed" if proceed else "rollback"}
        answer = self._send("POST", "/capture", content=document, headers=headers)
        return str(answer["captureID"])

    def job(self, capture_id: str, start: int = 0) -> dict[str, Any]:
        """State of a capture job with a page of its results, from event number `start` on."""
        return self._send("GET", f"/capture/{capture_id}", params={"from": start})

    def results(self, capture_id: str) -> Iterator[dict[str, Any]]:
        """What became of each event, in order; waits for the job to end."""
        page: dict[str, Any] | None = self.wait(capture_id)
        while page:
            yield from page["results"]
            page = self.job(capture_id, page["next"]) if page["next"] is not None else None

    def wait(self, capture_id: str, *, seconds: float = 300.0) -> dict[str, Any]:
        """The finished job; raises Retryable when it still runs after `seconds`."""
        until = time.monotonic() + seconds
        while (job := self.job(capture_id))["running"]:
            if time.monotonic() > until:
                raise Retryable(f"capture {capture_id} is still running after {seconds:.0f} s")
            time.sleep(POLL_SECONDS)
        return job

    def post_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Store one event; the answer says `stored` or `duplicate`, and its event id."""
        return self._send("POST", "/events", content=orjson.dumps(event), headers={"Content-Type": "application/json"})

    def verify(self, code: str) -> dict[str, Any]:
        """The server's verdict on an item; to check it yourself take `bundle` and `ledger_client.verify`."""
        return self._send("GET", "/verify", params={"code": code})

    def bundle(self, code: str, audience: str = "public") -> dict[str, Any]:
        """The item's proof bundle as JSON."""
        return self._send("GET", f"/items/{quote(code, safe='')}/bundle", params={"audience": audience})

    def members(self) -> list[dict[str, Any]]:
        """The members of the consortium and their signers."""
        return list(self._send("GET", "/members")["members"])

    def status(self) -> dict[str, Any]:
        """Chain head, mirror lag, queue depth."""
        return self._send("GET", "/status")

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401 (httpx's own options)
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise Retryable(f"{self._http.base_url} does not answer: {error}") from None
        body = _json(response)
        if response.is_success:
            return body
        raise _error(response.status_code, body)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        raise Retryable(f"{response.url} answered {response.status_code} without JSON") from None
    if not isinstance(body, dict):
        raise Retryable(f"{response.url} answered {response.status_code} with {type(body).__name__} where an object was due")
    return body


def _error(status: int, problem: dict[str, Any]) -> LedgerError:
    detail = str(problem.get("detail") or problem.get("title") or f"status {status}")
    match status:
        case 401 | 403:
            return Refused(detail)
        case 404:
            return NotFound(detail)
        case 409:
            return Conflict(detail)
        case 429 | 502 | 503 | 504:
            return Retryable(detail)
    first = (problem.get("errors") or [{}])[0]
    return InvalidInput(str(first.get("field", "request")), str(first.get("problem", detail)), str(first.get("fix", "")))
