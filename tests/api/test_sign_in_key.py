"""Signing in with a key (EIP-4361) over real HTTP and in a real browser: who is let in, and why everybody else is not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from sqlalchemy import select, update

from accounts import people, sessions
from accounts.models import AuditEntry, Challenge
from accounts.roles import Role
from ledger_client.sign_in_message import parse
from records.columns import now
from tests.api.served import Installation, Server, serving
from tests.conftest import address_of

OURS = {"Sec-Fetch-Site": "same-origin"}
OWN = "/console/account"


@pytest.fixture
def key(installation: Installation) -> LocalAccount:
    """A key that signs in to the account `lin`."""
    made = Account.create()
    with installation.sessions.begin() as session:
        people.set_wallet(session, people.create(session, "lin", Role.QUALITY), address_of(made))
    return made


def asked(http: httpx.Client, address: str, path: str = "/sign-in/key/message") -> str:
    answer = http.post(path, data={"address": address}, headers=OURS)
    assert answer.status_code == 200, answer.text
    found = re.search(r"<textarea[^>]*id=\"message\"[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert found
    return unescape(found[1])


def signed(key: LocalAccount, message: str) -> str:
    return "0x" + bytes(key.sign_message(encode_defunct(text=message)).signature).hex()


def given(http: httpx.Client, message: str, signature: str, path: str = "/sign-in/key", **more: str) -> httpx.Response:
    return http.post(path, data={"message": message.replace("\n", "\r\n"), "signature": signature, **more}, headers=OURS)


def reason(answer: httpx.Response) -> str:
    found = re.search(r'role="alert"[^>]*>(?:<svg.*?</svg>)?(?:<p>)?([^<]+)<', answer.text)
    assert found, answer.text
    return found[1]


def test_the_holder_of_a_linked_key_signs_in(server: Server, key: LocalAccount):
    message = asked(server.http, key.address)
    host = server.url.removeprefix("http://")
    assert message.startswith(f"{host} wants you to sign in with your Ethereum account:\n{key.address}\n\nSign in to TraceLedger.\n")
    assert f"\nURI: http://{host}/sign-in/key\nVersion: 1\nChain ID: {server.installation.ledger.deployment.chain_id}\n" in message
    answer = given(server.http, message, signed(key, message), next="/console?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console?lang=en")
    assert server.http.get("/console", headers={"Accept": "text/html"}).status_code == 200
    with server.installation.sessions() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.actor, entry.details["method"]) == ("sign_in", "lin", "wallet")


def test_whatever_is_not_as_it_was_asked_for_is_refused_with_the_reason(server: Server, key: LocalAccount):
    other, english = Account.create(), {"Accept-Language": "en"}
    server.http.headers.update(english)

    def changed(old: str, new: str) -> tuple[str, str]:
        message = asked(server.http, key.address)
        assert old in message
        altered = message.replace(old, new)
        return altered, signed(key, altered)

    host = server.url.removeprefix("http://")
    chain = f"Chain ID: {server.installation.ledger.deployment.chain_id}"
    cases: list[tuple[tuple[str, str], str]] = [
        (changed(f"{host} wants", "evil.example wants"), "for another site"),
        (changed(f"http://{host}/", "http://evil.example/"), "for another site"),
        (changed(chain, chain + "7"), "for another chain"),
        (changed("Sign in to", "Sign out of"), "not the one that was given"),
        (changed(key.address, other.address), "not the one that was given"),
        (changed("Expiration Time: 2", "Expiration Time: 3"), "not the one that was given"),
        (changed("Version: 1", "Version: 2"), "not the one that was given"),
        (changed("Nonce: ", "Nonce: 00"), "was used already, or is not ours"),
        ((message := asked(server.http, key.address), signed(other, message)), "not by the key of that address"),
        ((asked(server.http, key.address), "0x" + "00" * 65), "not by the key of that address"),
        ((asked(server.http, key.address), ""), "not by the key of that address"),
        (("x" * 50_000, "0x"), "not the one that was given"),
    ]
    for (text, signature), why in cases:
        answer = given(server.http, text, signature)
        assert (answer.status_code, why in reason(answer), "set-cookie" in answer.headers) == (400, True, False), (text, answer.text)


def test_a_message_is_used_once_even_if_it_was_refused(server: Server, key: LocalAccount):
    message = asked(server.http, key.address)
    assert given(server.http, message, signed(Account.create(), message)).status_code == 400
    assert "已用过" in reason(given(server.http, message, signed(key, message)))
    message = asked(server.http, key.address)
    assert given(server.http, message, signed(key, message)).status_code == 303
    with httpx.Client(base_url=server.url) as thief:
        assert "已用过" in reason(given(thief, message, signed(key, message)))


def test_a_message_expires(server: Server, key: LocalAccount):
    message = asked(server.http, key.address)
    with server.installation.sessions.begin() as session:
        session.execute(update(Challenge).values(expires_at=now() - timedelta(seconds=1)))
    assert "已用过" in reason(given(server.http, message, signed(key, message)))
    fresh = parse(asked(server.http, key.address))
    stale = replace(fresh, issued_at=now() - timedelta(hours=1), expiration_time=now() - timedelta(seconds=1)).text
    assert "已过期" in reason(given(server.http, stale, signed(key, stale)))
    early = replace(fresh, not_before=now() + timedelta(hours=1)).text
    assert "已过期" in reason(given(server.http, early, signed(key, early)))


def test_an_unknown_key_and_a_disabled_account_are_not_let_in(server: Server, key: LocalAccount):
    stranger = Account.create()
    message = asked(server.http, stranger.address.lower())
    answer = given(server.http, message, signed(stranger, message))
    assert (answer.status_code, "没有账号使用这个密钥" in reason(answer)) == (401, True)
    with server.installation.sessions.begin() as session:
        people.disable(session, people.named(session, "lin"))
    message = asked(server.http, key.address)
    assert given(server.http, message, signed(key, message)).status_code == 401
    with server.installation.sessions() as session:
        assert [row.action for row in session.scalars(select(AuditEntry))] == ["sign_in_failed"] * 2


def test_an_address_with_a_wrong_digit_is_named_before_anything_is_signed(server: Server):
    for typed in ("", "0x12", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc3", "<script>alert(1)</script>", "x" * 5000):
        answer = server.http.post("/sign-in/key/message", data={"address": typed}, headers=OURS)
        assert (answer.status_code, "不是有效的地址" in answer.text, "<script>alert" in answer.text) == (400, True, False)


def test_another_sites_form_and_guessing_without_end_are_refused(server: Server, key: LocalAccount):
    assert server.http.post("/sign-in/key/message", data={"address": key.address}).status_code == 403
    assert server.http.post("/sign-in/key", data={"message": "x", "signature": "x"}).status_code == 403
    statuses = [given(server.http, "x", "x").status_code for _ in range(60)]
    assert statuses[:50] == [400] * 50
    assert 429 in statuses[50:]


def test_a_name_that_may_be_somebody_elses_needs_the_public_address_set(installation: Installation, key: LocalAccount):
    with serving(installation) as server:
        led = {"Host": "trace.evil.example", **OURS}
        assert server.http.post("/sign-in/key/message", data={"address": key.address}, headers=led).status_code == 403
        assert "TRACELEDGER_PUBLIC_URL" in server.http.get("/sign-in/key", headers=led).text
    with serving(installation, public_url="https://trace.example") as server:
        answer = server.http.post("/sign-in/key/message", data={"address": key.address}, headers={"Host": "trace.evil.example", **OURS})
        assert "trace.example wants you to sign in" in answer.text
        assert "\nURI: https://trace.example/sign-in/key" in answer.text


def test_i_link_my_own_key_by_proving_it_and_unlink_it(server: Server):
    mine, session_cookie = Account.create(), ""
    with server.installation.sessions.begin() as session:
        account = people.create(session, "张莹", Role.QUALITY)
        people.set_password(session, account, "correct horse battery")
        session_cookie, elsewhere = (sessions.start(session, account, "password") for _ in range(2))
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": session_cookie}) as me:
        message = asked(me, mine.address, f"{OWN}/wallet/message")
        assert "Link this key to the TraceLedger account %E5%BC%A0%E8%8E%B9." in message
        assert given(me, message, signed(Account.create(), message), f"{OWN}/wallet").status_code == 400
        to_sign_in = asked(server.http, mine.address)
        assert given(me, to_sign_in, signed(mine, to_sign_in), f"{OWN}/wallet").status_code == 400  # made for another purpose
        message = asked(me, mine.address, f"{OWN}/wallet/message")
        assert given(me, message, signed(mine, message), f"{OWN}/wallet").status_code == 303
        assert mine.address in me.get(OWN).text
        assert httpx.get(f"{server.url}{OWN}", headers={"Cookie": f"traceledger_session={elsewhere}"}).status_code == 401
        message = asked(server.http, mine.address)
        assert given(server.http, message, signed(mine, message)).status_code == 303
        message = asked(me, mine.address, f"{OWN}/wallet/message")
        assert given(server.http, message, signed(mine, message)).status_code == 400  # linking is not signing in
        assert me.post(f"{OWN}/wallet/remove", headers=OURS).status_code == 303
        assert mine.address not in me.get(OWN).text


def test_a_key_that_is_anothers_is_not_taken_away_and_the_only_way_in_stays(server: Server, key: LocalAccount):
    with server.installation.sessions.begin() as session:
        cookie = sessions.start(session, people.create(session, "ying", Role.QUALITY), "password")
        owner = sessions.start(session, people.named(session, "lin"), "wallet")
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": cookie}) as me:
        message = asked(me, key.address, f"{OWN}/wallet/message")
        assert given(me, message, signed(key, message), f"{OWN}/wallet").status_code == 409
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": owner}) as lin:
        assert lin.post(f"{OWN}/wallet/remove", headers=OURS).status_code == 403
    message = asked(server.http, key.address)
    assert given(server.http, message, signed(key, message)).status_code == 303


WALLET = """
window.ethereum = {request: async ({method, params}) => {
  if (method === "eth_requestAccounts") return [ADDRESS];
  if (method === "personal_sign") return await window.signInTest(params[0], params[1]);
  throw new Error(method);
}};
"""


def test_a_wallet_in_the_browser_signs_in_by_two_clicks(server: Server, key: LocalAccount, browser: Any):
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text))
    page.expose_function("signInTest", lambda text, _: "0x" + bytes(key.sign_message(encode_defunct(hexstr=text)).signature).hex())
    page.add_init_script(WALLET.replace("ADDRESS", f'"{key.address.lower()}"'))
    page.goto(f"{server.url}/sign-in?next=/console")
    page.get_by_role("link", name="Sign in with a key").click()
    page.get_by_role("button", name="Use the wallet in this browser").click()
    page.get_by_role("button", name="Sign with the wallet in this browser").click()
    page.wait_for_url(f"{server.url}/console")
    assert complaints == []
    context.close()


def test_without_a_wallet_and_without_a_script_one_pastes(server: Server, key: LocalAccount, browser: Any):
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/sign-in/key?next=/console")
    assert not page.get_by_role("button", name="使用此浏览器中的钱包").is_visible()
    page.get_by_label("密钥的地址").fill(key.address)
    page.get_by_role("button", name="下一步").click()
    assert page.get_by_text("ledger key sign-in").is_visible()
    page.get_by_label("签名", exact=True).fill(signed(key, page.get_by_label("要签署的文字").input_value()))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{server.url}/console")
    context.close()
