"""Linking a key to one's own account: whose key, then the message to sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.accounts.own import WALLET
from api.console.accounts.parts import OWN
from api.console.frame import Frame
from api.console.shown import Link
from api.console.visit import Visit
from api.pages.sign_in_key import COMMAND


@dataclass(frozen=True, slots=True)
class WalletPage:
    """templates/console/accounts/wallet.html"""

    template: ClassVar[str] = "console/accounts/wallet.html"
    frame: Frame
    ask: str
    action: str
    address: str
    message: str  # empty on the first page
    command: str
    error: str


def wallet_page(visit: Visit, *, address: str = "", message: str = "", error: str = "") -> WalletPage:
    """The page; with a message its second half."""
    words = visit.words
    return WalletPage(
        frame=visit.frame(words.say("accounts.wallet.title"), Link(OWN, words.say("accounts.own"))),
        ask=f"{WALLET}/message",
        action=WALLET,
        address=address,
        message=message,
        command=COMMAND,
        error=error,
    )
