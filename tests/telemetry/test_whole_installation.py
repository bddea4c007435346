"""A whole installation, on both databases: what its processes log holds no payload and no secret, and follows an event to its block."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, make_url, select, text

from records import contents
from records.database import open_engine, open_sessions
from records.models import Record
from tests.end_to_end.installation import Installation
from tests.end_to_end.test_installation import document, event
from tests.postgres import fresh_database

PAYLOAD = "M4rk3r-in-a-payload"
TYPED = "M4rk3r-typed-by-somebody"  # passwords, cookies, keys, codes, paths
FAULTS = {
    # A real fault of the storage, whose words repeat the row: PostgreSQL's "Failing row contains (…)".
    "postgresql": ["ALTER TABLE records ADD CONSTRAINT forced CHECK (event_type <> 'ObjectEvent') NOT VALID"],
    "sqlite": ["CREATE TRIGGER forced BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'forced'); END"],
}


def spellings(secret: bytes) -> set[str]:
    """How a log could show bytes: as text, as hex, as Python or SQL write them, in base64 whatever stands before them."""
    found = {secret.hex(), secret.hex().upper(), repr(secret)[2:-1], "".join(f"\\{byte:03o}" for byte in secret)}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + secret).decode().rstrip("=")
        found |= {whole[4:-4], whole[4:-4].replace("+", "-").replace("/", "_")}
    if secret.isascii():
        found.add(secret.decode())
    return {one for one in found if len(one) > 8}


def logged(installation: Installation) -> dict[str, str]:
    """What every process wrote, by file."""
    files = [*sorted((installation.home.path / "logs").glob("*.log")), installation.home.path / "up.log"]
    return {file.name: file.read_text(errors="replace") for file in files}


def lines(installation: Installation, process: str) -> Iterator[dict[str, Any]]:
    """The lines of one process."""
    return map(json.loads, (installation.home.path / "logs" / f"{process}.log").read_text().splitlines())


def eventually(find: Callable[[], Any], seconds: float = 30) -> Any:
    """What `find` gives, once it gives something."""
    until = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def up(
    request: pytest.FixtureRequest, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, str]]:
    """A running installation and its database; the last test of it breaks and stops it."""
    folder = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(postgres_server)) if request.param == "postgresql" else ""
        made = Installation(folder, *(["--database", url] if url else [])).start()
        stack.callback(lambda: made.process and made.process.poll() is None and made.kill())
        yield made, url or made.home.database_url


def run(url: str, *statements: str) -> list[Any]:
    """Statements on the installation's database, by hand."""
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg") if parsed.get_backend_name() == "postgresql" else parsed)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        rows = list(results[-1]) if results[-1].returns_rows else []
    engine.dispose()
    return rows


def everything_that_is_typed(http: httpx.Client) -> list[int]:
    """Requests with the marker wherever a request has room for it; their statuses."""
    cookie, key = {"Cookie": f"traceledger_session={TYPED}"}, {"Authorization": f"Bearer {TYPED}"}
    sent = [http.get(path) for path in (f"/{TYPED}", f"/find?code={TYPED}", f"/item/{TYPED}", f"/verify?code={TYPED}", f"/events/{TYPED}")]
    sent += [http.get(path, headers=cookie | key) for path in ("/records", "/metrics", f"/requests/{TYPED}", f"/capture/{TYPED}")]
    sent += [http.post("/sign-in", data={"name": TYPED, "password": TYPED}, headers=cookie)]
    sent += [http.post("/sign-in", json={"name": TYPED, "password": TYPED})]
    sent += [http.post("/verify", content=json.dumps({"format": TYPED}), headers={"Content-Type": "application/json"})]
    sent += [http.post("/verify", files={"file": (TYPED, TYPED.encode())})]
    sent += [http.get("/records", headers={"Authorization": f"Basic {base64.b64encode(TYPED.encode()).decode()}"})]
    sent += [http.get("/records", headers={"X-Request-ID": f"<{TYPED}>"}), http.get("/records", params={"limit": TYPED, "after": TYPED})]
    return [answer.status_code for answer in sent]


def events_good_and_bad(http: httpx.Client, key: dict[str, str]) -> None:
    """Single events and documents with the marker where it is right and where it breaks a rule."""
    good = event("L1") | {"https://acme.example/note": PAYLOAD}
    bad = [good | {name: PAYLOAD} for name in ("action", "eventTime", "eventID", "epcList", "type", "bizStep")]
    assert http.post("/events", content=json.dumps(good), headers=key).status_code == 201
    for one in bad:
        assert http.post("/events", content=json.dumps(one), headers=key).status_code in {400, 409}
    conflict = good | {"eventID": "urn:uuid:11111111-2222-3333-4444-555555555555"}
    for changed in ({}, {"https://acme.example/note": PAYLOAD * 2}):
        http.post("/events", content=json.dumps(conflict | changed), headers=key)
    for behaviour in ("proceed", "rollback"):
        body = document(*bad, event("L2") | {"https://acme.example/note": PAYLOAD})
        assert http.post("/capture", content=body, headers=key | {"GS1-Capture-Error-Behaviour": behaviour}).status_code == 202
    assert http.post("/capture", content=PAYLOAD.encode(), headers=key).status_code == 400


def test_an_event_is_followed_to_its_block(up: tuple[Installation, str]):
    installation, url = up
    key = {"Authorization": f"Bearer {installation.home.api_key_file.read_text()}", "Content-Type": "application/json"}
    with httpx.Client(base_url=installation.url, timeout=30) as http:
        http.post("/capture", content=document(event("F1")), headers=key | {"X-Request-ID": "erp-41"})
        accepted = eventually(lambda: said(installation, "api", "capture.accepted", request_id="erp-41"))
        finished = eventually(lambda: said(installation, "capture", "capture.finished", capture=accepted["capture"]))
    ((record,),) = run(url, f"SELECT record_id FROM capture_results WHERE capture_id = '{accepted['capture']}'")
    signed = eventually(lambda: said(installation, "publish", "transaction.signed", first_record=record))
    final = eventually(lambda: said(installation, "publish", "transaction.final", transaction=signed["transaction"]))
    assert (finished["request_id"], finished["state"], finished["events"]) == ("erp-41", "success", 1)
    assert final["block"] > 0
    eventually(lambda: run(url, "SELECT 1 FROM process_samples WHERE process = 'follow' LIMIT 1"))


def test_no_log_of_any_process_holds_a_payload_or_a_secret_and_every_line_is_json(up: tuple[Installation, str]):
    installation, url = up
    api_key = installation.home.api_key_file.read_text()
    key = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
    before = len([one for one in lines(installation, "capture") if one["event"] == "capture.finished"])
    with httpx.Client(base_url=installation.url, timeout=30) as http:
        assert all(400 <= status < 500 or status in {200, 303} for status in everything_that_is_typed(http))
        events_good_and_bad(http, key)
        eventually(lambda: len([one for one in lines(installation, "capture") if one["event"] == "capture.finished"]) == before + 2)
        eventually(lambda: any(one["event"] == "transaction.final" for one in lines(installation, "publish")))
        run(url, *FAULTS[make_url(url).get_backend_name()])
        failed = http.post("/events", content=json.dumps(event("L3") | {"https://acme.example/note": PAYLOAD}), headers=key)
        assert failed.status_code == 500
        assert http.post("/capture", content=document(event("L4") | {"https://acme.example/note": PAYLOAD}), headers=key).status_code == 202
    crash = eventually(lambda: next((one for one in lines(installation, "capture") if one["event"] == "process.failed"), None))
    assert crash["trace"]
    assert any(
        one.get("request_id") == failed.json()["requestId"] and one["event"] == "request.failed" for one in lines(installation, "api")
    )

    engine = open_engine(url, installation.home.path / "keyring")
    with open_sessions(engine)() as session:
        secrets = [one.secret for one in contents.opened(session, session.scalars(select(Record))).values()]
    engine.dispose()
    assert all(secrets)
    secrets += [bytes.fromhex(file.read_text()) for file in (installation.home.path / "keyring").glob("*.key")]
    assert len(secrets) > 2
    signer = json.loads(next(installation.home.keys.glob("*.signer.json")).read_text())["crypto"]["ciphertext"]
    markers = [PAYLOAD.encode(), TYPED.encode(), api_key.encode(), installation.home.passphrase().encode(), bytes.fromhex(signer)]
    for name, told in logged(installation).items():
        found = [spelling for marker in [*markers, *map(bytes, secrets)] for spelling in spellings(marker) if spelling in told]
        assert found == [], name
    assert installation.stop() == 0
    for name in ("api", "capture", "publish", "follow", "sentinel", "exchange", "keep", "chain"):
        assert {one["process"] for one in lines(installation, name)} == {name}


def said(installation: Installation, process: str, name: str, **wanted: object) -> dict[str, Any] | None:
    """The first line of that event with those fields."""
    return next((one for one in lines(installation, process) if one["event"] == name and wanted.items() <= one.items()), None)


def test_the_spellings_cover_text_hex_and_base64_at_any_place():
    for told in (PAYLOAD, PAYLOAD.encode().hex(), *(base64.b64encode(b"x" * n + PAYLOAD.encode() + b"y").decode() for n in range(3))):
        assert any(spelling in f"…{told}…" for spelling in spellings(PAYLOAD.encode())), told
    assert not any(spelling in "nothing of it" for spelling in spellings(PAYLOAD.encode()))
