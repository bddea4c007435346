"""How often somebody may ask for what costs: counted by address or by key, answered with 429 and when to come back."""

from __future__ import annotations

import json
import threading
from urllib.parse import quote

import httpx
import pytest

from api.buckets import MOST, Buckets, Rate
from api.settings import from_environment
from ledger_client.errors import InvalidInput
from tests.api.served import Installation, Server, event, serving

CODE = "https://id.gs1.org/01/06901234567892/21/A1"
SLOW = Rate(0.01, 3)


def test_a_bucket_empties_and_fills_again():
    buckets, rate = Buckets(), Rate(2, 4)
    assert [buckets.take("a", rate, at=0.0) for _ in range(5)] == [0.0, 0.0, 0.0, 0.0, 0.5]
    assert buckets.take("a", rate, at=0.4) == pytest.approx(0.1)
    assert buckets.take("a", rate, at=0.5) == 0.0
    assert buckets.take("b", rate, at=0.5) == 0.0
    assert [buckets.take("a", rate, at=1000.0) for _ in range(5)][3:] == [0.0, 0.5]  # never more than the burst
    assert buckets.take("c", rate, 100, at=0.0) == 0.0  # what costs more than a whole burst takes the whole burst
    assert buckets.take("c", rate, 1, at=0.0) == 0.5


def test_nothing_a_second_is_no_limit():
    assert [Buckets().take("a", Rate(0, 0)) for _ in range(1000)] == [0.0] * 1000


def test_a_flood_of_addresses_does_not_fill_the_memory():
    buckets, rate = Buckets(), Rate(1, 2)
    for number in range(MOST + 100):
        buckets.take(str(number), rate, at=0.0)
    assert len(buckets.left) == MOST
    assert "0" not in buckets.left
    assert str(MOST + 99) in buckets.left


def test_many_at_once_get_no_more_than_the_burst():
    buckets, taken = Buckets(), []
    threads = [threading.Thread(target=lambda: taken.append(buckets.take("a", Rate(0.001, 50)) == 0.0)) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 50


@pytest.fixture
def server(installation: Installation):
    with serving(installation, rate_by_address=SLOW, rate_by_key=SLOW) as served:
        served.record(event())
        yield served


def test_beyond_the_rate_an_address_is_told_when_to_come_back(server: Server):
    path = f"/items/{quote(CODE, safe='')}/bundle"
    assert [server.http.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
    held = server.http.get("/verify", params={"code": CODE})
    assert (held.status_code, held.headers["content-type"]) == (429, "application/problem+json")
    assert 60 < int(held.headers["retry-after"]) <= 100
    assert held.json()["type"] == "https://id.traceledger.org/problems/too-many"
    assert server.http.post("/verify", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 429
    page = server.http.get("/regulator", params={"q": CODE}, headers={"Accept": "text/html"})
    assert (page.status_code, "请求太频繁" in page.text) == (429, True)


def test_what_costs_little_is_never_held_up(server: Server):
    for _ in range(4):
        server.http.get("/verify", params={"code": CODE})
    assert {server.http.get(path).status_code for path in ("/events", "/members", "/status", "/health", "/sign-in", "/regulator", "/")} == {
        200
    }
    assert server.http.get("/01/06901234567892/21/A1").status_code == 200
    assert server.post(event(day=2)).status_code == 201


def test_lists_have_a_rate_of_their_own_by_address_and_by_key(installation: Installation):
    paths = ["/events", "/records", f"/items/{quote(CODE, safe='')}/events", "/bizSteps", "/capture", "/queries"]
    with serving(installation, rate_by_address=SLOW, rate_by_key=SLOW, rate_of_lists=Rate(0.01, 6)) as server:
        own = {"Authorization": server.as_writer(0)["Authorization"]}
        assert [server.http.get(path, headers=own).status_code for path in paths] == [200] * 6
        held = [server.http.get(path, headers=own) for path in [*paths, "/queries/none/events"]]
        assert {(answer.status_code, answer.headers["content-type"]) for answer in held} == {(429, "application/problem+json")}
        assert all(int(answer.headers["retry-after"]) >= 60 for answer in held)
        assert [server.http.get("/events").status_code for _ in range(7)] == [200] * 6 + [429]  # who sends no key has not asked yet
        assert server.http.get("/verify", params={"code": CODE}).status_code == 200
        assert server.post(event()).status_code == 201


def test_messages_to_sign_are_not_handed_out_without_end(server: Server):
    ours, asked = {"Sec-Fetch-Site": "same-origin"}, {"address": "0x" + "11" * 20}
    statuses = [server.http.post("/sign-in/key/message", data=asked, headers=ours).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_key_has_its_own_count_and_an_unknown_one_none(server: Server):
    path = f"/items/{quote(CODE, safe='')}/bundle"
    for _ in range(4):
        server.http.get(path)
    own, other = ({"Authorization": server.as_writer(member)["Authorization"]} for member in (0, 1))
    assert [server.http.get(path, headers=own).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert server.http.get(path, headers=other).status_code == 200
    assert {server.http.get(path, headers={"Authorization": f"Bearer tlk_{number}"}).status_code for number in range(5)} == {401}


def test_addresses_behind_a_trusted_proxy_are_told_apart(server: Server):
    """A proxy on the same machine names its client; uvicorn believes nobody else (`FORWARDED_ALLOW_IPS`)."""

    def ask(address: str) -> httpx.Response:
        return server.http.get("/verify", params={"code": CODE}, headers={"X-Forwarded-For": address})

    assert [ask("203.0.113.7").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask("203.0.113.8").status_code == 200
    assert [ask(f"2001:db8::{number}").status_code for number in range(4)] == [200, 200, 200, 429]  # one subscriber has a whole /64


def test_the_settings_say_how_much(tmp_path, installation: Installation):
    file = tmp_path / "deployment.json"
    file.write_text(json.dumps(installation.ledger.deployment.to_json()))
    told = {"TRACELEDGER_DATABASE": "sqlite://", "TRACELEDGER_RPC": "http://127.0.0.1:9", "TRACELEDGER_DEPLOYMENT": str(file)}
    found = from_environment(told | {"TRACELEDGER_RATE_ADDRESS": "7", "TRACELEDGER_RATE_KEY": "0"})
    assert (found.rate_by_address, found.rate_by_key) == (Rate(7, 70), Rate(0, 0))
    assert from_environment(told).rate_by_address == Rate(20, 200)
    assert from_environment(told).rate_of_lists == Rate(200, 2000)
    assert from_environment(told | {"TRACELEDGER_RATE_LISTS": "0"}).rate_of_lists == Rate(0, 0)
    assert [from_environment(told | more).refused_days for more in ({}, {"TRACELEDGER_REFUSED_DAYS": "7"})] == [30, 7]
    with pytest.raises(InvalidInput, match="TRACELEDGER_REFUSED_DAYS"):
        from_environment(told | {"TRACELEDGER_REFUSED_DAYS": "some"})
    for wrong in ("-1", "many", "1e9", "9" * 30):
        with pytest.raises(InvalidInput, match="TRACELEDGER_RATE"):
            from_environment(told | {"TRACELEDGER_RATE_ADDRESS": wrong})
