"""Accounts: lists, forms and pages; empty, full, refused; with names that mean harm."""

from __future__ import annotations

from datetime import timedelta

from accounts.api_keys import Key
from accounts.people import Person
from accounts.roles import Right, Role
from accounts.sessions import OpenSession
from api.console.accounts.lists import accounts_page, keys_page, sessions_page
from api.console.accounts.made import key_page, password_page
from api.console.accounts.new import new_account_page
from api.console.accounts.one import Glance, account_page
from api.console.accounts.own import own_page
from api.console.accounts.parts import Wrong
from api.console.accounts.wallet import wallet_page
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
NAMES = {SIGNER: HOSTILE}
LIN = Person(7, "lin", HOSTILE, Role.QUALITY, SIGNER, SIGNER, ("password", "wallet"), NOW, None, NOW)
ERP = Person(8, "erp", "erp", Role.MACHINE, None, None, (), NOW, NOW, None)
HOUR = timedelta(hours=1)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def key(number: int, **more: object) -> Key:
    told = {"scope": (Right.READ, Right.WRITE), "created_at": NOW, "expires_at": NOW + HOUR, "revoked_at": None, "used_at": NOW, **more}
    return Key(bytes([number]) * 32, 7, "lin", HOSTILE, **told)  # type: ignore[arg-type]


def session(number: int, agent: str, *, current: bool = False) -> OpenSession:
    return OpenSession(bytes([number]) * 32, 7, "lin", "password", NOW, NOW, NOW + HOUR, "10.0.0.7", agent, current)


KEYS = Page([key(1), key(2, expires_at=NOW - HOUR, used_at=None), key(3, revoked_at=NOW, expires_at=None)], None, (NOW, bytes(32)))
SESSIONS = Page([session(1, CHROME, current=True), session(2, HOSTILE), session(3, "")], (NOW, bytes(32)), (NOW, bytes(32)))
WRONG = Wrong("displayName", "x", HOSTILE)
TYPED = {
    "name": HOSTILE,
    "display_name": HOSTILE,
    "role": "auditor",
    "signer": HOSTILE,
    "wallet": HOSTILE,
    "key_name": HOSTILE,
    "scope.read": "1",
}

PAGES = {
    "accounts": lambda visit: accounts_page(visit, [LIN, ERP], NAMES, HOSTILE, "a", True),
    "no_accounts": lambda visit: accounts_page(visit, [], {}, "", "", False),
    "keys": lambda visit: keys_page(visit, KEYS, LIN),
    "no_keys": lambda visit: keys_page(visit, Page([]), None),
    "sessions": lambda visit: sessions_page(visit, SESSIONS, LIN),
    "no_sessions": lambda visit: sessions_page(visit, Page([]), None),
    "new": lambda visit: new_account_page(visit, [SIGNER], NAMES, {}),
    "new_refused": lambda visit: new_account_page(visit, [SIGNER], NAMES, TYPED, Wrong("name", "x", HOSTILE)),
    "one": lambda visit: account_page(visit, Glance(LIN, [SIGNER], NAMES, KEYS, SESSIONS)),
    "one_refused": lambda visit: account_page(visit, Glance(LIN, [SIGNER], NAMES, KEYS, SESSIONS), TYPED, WRONG),
    "one_disabled": lambda visit: account_page(visit, Glance(ERP, [], {}, Page([]), Page([]))),
    "password": lambda visit: password_page(visit, HOSTILE, "abcd-efgh-jkmn-pqrs", "/console/accounts/7"),
    "key": lambda visit: key_page(visit, HOSTILE, "tlk_" + "x" * 43, "/console/account"),
    "own": lambda visit: own_page(visit, LIN, SESSIONS, KEYS, directory=HOSTILE),
    "own_refused": lambda visit: own_page(visit, LIN, SESSIONS, KEYS, TYPED, Wrong("current", "x", HOSTILE)),
    "wallet": lambda visit: wallet_page(visit, error=HOSTILE, address=HOSTILE),
    "wallet_to_sign": lambda visit: wallet_page(visit, address=HOSTILE, message=HOSTILE),
    "own_of_staff": lambda visit: own_page(visit, ERP, Page([]), Page([])),
}
