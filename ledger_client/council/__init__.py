"""The members' m-of-n council: what it can be asked (`actions`), and asking, approving and doing it (`Council`).

Start with `council`. `safe` has the hash and the approvals' form, `sending` one transaction from call to receipt.
"""

from ledger_client.council import actions
from ledger_client.council.actions import Action
from ledger_client.council.council import Council
from ledger_client.council.proposal import Proposal

__all__ = ["Action", "Council", "Proposal", "actions"]
