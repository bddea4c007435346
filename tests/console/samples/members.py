"""Members and keys: none yet, a consortium with proposals in every state, the node away, names and calls that mean harm."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from api.console.members.council import Said
from api.console.members.page import Known, members_page
from ledger_client.calls import call_data
from ledger_client.deployment import Deployment
from ledger_client.member_logs import Proposal
from ledger_client.onchain import Member, Role, Signer
from ledger_client.votes import Votes
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW

AT = int(NOW.timestamp())
KEYS = [bytes([number]) * 20 for number in range(1, 6)]
LEDGER = Deployment(1, bytes(32), KEYS[2], KEYS[3], KEYS[4], 0)
MEMBERS = [
    Member(1, HOSTILE, "https://farm.example", Role.WRITER | Role.OPERATOR, False, AT),
    Member(2, "Dairy", "javascript:alert(1)", Role(8), True, AT),
    Member(3, "Shop", "", Role(0), False, AT),
]
SIGNERS = [Signer(KEYS[0], 1, AT, 0), Signer(KEYS[1], 1, AT, AT + 60), Signer(KEYS[2], 2, AT, 0)]
KNOWN = Known(MEMBERS, SIGNERS, {1: 5, 2: 6}, {KEYS[0]: 5}, frozenset({KEYS[0]}), 1234)
CALLS = [
    ("Members", "admit", HOSTILE, HOSTILE, 9), ("Members", "suspend", 2), ("Members", "reinstate", 99), ("Members", "setRoles", 1, 3),
    ("Members", "setProfile", 1, HOSTILE, ""), ("Members", "addSigner", 1, KEYS[1]), ("Members", "revokeSigner", KEYS[1]),
    ("SafeL2", "addOwnerWithThreshold", KEYS[0], 2), ("SafeL2", "removeOwner", KEYS[0], KEYS[1], 1),
    ("SafeL2", "swapOwner", KEYS[0], KEYS[1], KEYS[2]), ("SafeL2", "changeThreshold", 3), ("SafeL2", "enableModule", KEYS[0]),
]  # fmt: skip
TARGETS = {"Members": LEDGER.members, "SafeL2": LEDGER.council}
ASKED = [
    Proposal(bytes([number]) * 32, 7 + number // 4, KEYS[number % 2 * 4], TARGETS[call[0]], call_data(*call))
    for number, call in enumerate(CALLS)
]
BROKEN = Proposal(bytes(32), 7, KEYS[0], LEDGER.members, call_data(*CALLS[0])[:50] + b"\xff" * 200)
ELSEWHERE = Proposal(b"\7" * 32, 2**255, KEYS[0], KEYS[0], b"")
VOTES = Votes((KEYS[0], KEYS[1]), 2, 7, {ASKED[0].safe_tx_hash: (KEYS[0],), ASKED[1].safe_tx_hash: (KEYS[0], KEYS[1])})
SAID = Said([*ASKED, BROKEN, ELSEWHERE], {ASKED[0].safe_tx_hash: AT}, VOTES, "")
KINDS = ("MemberAdmitted", "MemberSuspended", "MemberReinstated", "RolesSet", "ProfileSet", "SignerAdded", "SignerRevoked", "Proposed")


def row(kind: str, **more: Any) -> Any:
    empty = {"signer": b"", "proposer": b"", "target": b"", "data": b"", "name": HOSTILE, "endpoint": "", "roles": 3, "member_id": 1}
    return SimpleNamespace(**{"kind": kind, "time": AT, "block_number": 7, "log_index": 0, **empty, **more})


PROPOSED = row("Proposed", proposer=KEYS[0], target=LEDGER.members, data=ASKED[1].data)
HAPPENED = Page([*(row(kind, signer=KEYS[0]) for kind in KINDS[:-1]), PROPOSED], (9, 0), (7, 0))

PAGES = {
    "first_day": lambda visit: members_page(visit, Known([], [], {}, {}, frozenset(), None), Said([], {}, None, HOSTILE), Page([]), LEDGER),
    "calm": lambda visit: members_page(visit, KNOWN, Said([], {}, VOTES, ""), HAPPENED, LEDGER),
    "deciding": lambda visit: members_page(visit, KNOWN, SAID, HAPPENED, LEDGER),
    "away": lambda visit: members_page(visit, KNOWN, Said([*ASKED[:2]], {}, None, HOSTILE), HAPPENED, LEDGER),
}
