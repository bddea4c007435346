"""A consortium on an in-process chain: real EVM, real Safe, real contracts."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from ledger_client.onchain import Role
from scripts.deploy import Founder

GOVERNORS = [Account.from_key(bytes([1]) * 31 + bytes([n])) for n in range(1, 5)]
SIGNERS = [Account.from_key(bytes([2]) * 31 + bytes([n])) for n in range(1, 9)]
STRANGER = Account.from_key(bytes([3]) * 32)


def address(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


FOUNDERS = [
    Founder("North Farm", "https://farm.example", Role.WRITER, address(GOVERNORS[0]), (address(SIGNERS[0]),)),
    Founder("East Dairy", "https://dairy.example", Role.WRITER | Role.OPERATOR, address(GOVERNORS[1]), tuple(map(address, SIGNERS[1:3]))),
    Founder("Food Office", "", Role.AUDITOR, address(GOVERNORS[2])),
]


@pytest.fixture
def founders() -> list[Founder]:
    return FOUNDERS
