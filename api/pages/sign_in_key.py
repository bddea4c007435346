"""The pages of signing in with a key of one's own: whose key, then the message to sign and the field for the signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.pages.page import Shell
from api.pages.render import shell
from api.pages.words import Words
from api.sites import PATH

COMMAND = "ledger key sign-in"


@dataclass(frozen=True, slots=True)
class KeySignInPage:
    """templates/sign_in_key.html"""

    template: ClassVar[str] = "sign_in_key.html"
    shell: Shell
    ask: str  # where the address goes
    action: str  # where the signature goes
    next: str
    address: str
    message: str  # to be signed; empty on the first page
    command: str
    error: str
    back: str


def key_sign_in_page(words: Words, following: str, *, address: str = "", message: str = "", error: str = "") -> KeySignInPage:
    """The page; with a message its second half."""
    query = f"?lang={words.language}" + (f"&next={quote(following, safe='')}" if following != "/" else "")
    frame = shell(words, words.say("key.title"), PATH)
    suffix = query.partition("&")[2]
    other = frame.other_language_url + (f"&{suffix}" if suffix else "")
    return KeySignInPage(
        shell=Shell(frame.language, frame.texts, frame.title, other, frame.other_language, frame.assets),
        ask=f"{PATH}/message?lang={words.language}",
        action=f"{PATH}?lang={words.language}",
        next=following,
        address=address,
        message=message,
        command=COMMAND,
        error=error,
        back="/sign-in" + query,
    )
