"""An ERP in both directions: `record` writes a delivery once, however often it is called; `take` takes what a webhook sends."""

import hmac
import json
import time
import uuid

import httpx


def record(url: str, key: str, note: str, when: str, codes: list[str]) -> str:
    """Record that the goods of a delivery note came in, by a key of the right `write`: stored, or duplicate if that was done before."""
    event = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "ObjectEvent", "action": "OBSERVE"}
    event |= {"bizStep": "receiving", "eventTime": when, "eventTimeZoneOffset": when[-6:], "epcList": codes}
    event["eventID"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, note)}"  # the note names the event: sent again, it is the same
    answer = httpx.post(f"{url}/events", json=event, headers={"Authorization": f"Bearer {key}"}, timeout=30)
    answer.raise_for_status()  # its body is a problem document: what is wrong, and how to mend it
    return "stored" if answer.status_code == 201 else "duplicate"


def take(headers: dict[str, str], body: bytes, secret: str, seen: dict[str, dict]) -> int:
    """The status to answer to a message; a genuine one is kept in `seen` once, whatever is sent twice."""
    moment, _, mac = headers["GS1-Signature"].removeprefix("t=").partition(",v1=")
    right = hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()
    if not hmac.compare_digest(right, mac) or abs(time.time() - int(moment)) > 300:
        return 401
    seen.setdefault(headers["TraceLedger-Delivery"], json.loads(body))
    return 204
