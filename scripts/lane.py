"""One signer's lane of the publishing job, which rests while nothing waits in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from eth_account.signers.local import LocalAccount
from sqlalchemy.orm import Session

from ledger_client.chain import Chain
from records import lanes
from records.policy import Policy
from records.publish import step

QUIET_SECONDS = 2.0  # between looks at the chain for a lane in which nothing waits


def lane(chain: Chain, account: LocalAccount, policy: Policy) -> Callable[[Session], int]:
    """A lane's step. While nothing waits in it the node is left alone, but for a look now and then whether all is as it was."""
    signer, due = bytes.fromhex(account.address[2:]), 0.0

    def called(session: Session) -> int:
        nonlocal due
        if time.monotonic() < due and lanes.quiet(session, signer):
            return 0
        due = time.monotonic() + QUIET_SECONDS
        return step(session, chain, account, policy)

    return called
