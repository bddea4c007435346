"""Why a connection failed, in words that a page can say in another language: those of the operating system, without its number."""

from __future__ import annotations

import re

from ledger_client.sentences import sentence

LONGEST = 200  # characters
KNOWN = (  # what is met most; every other text is told as it comes
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "Broken pipe",
    "Name or service not known",
    "Network is unreachable",
    "No route to host",
    "Remote end closed connection without response",
    "Server disconnected without sending a response.",
    "Temporary failure in name resolution",
    "timed out",
)
_NUMBER = re.compile(r"^\[Errno -?\d+\] ")


def reason(problem: Exception) -> str:
    """The first line of an error of the network; its kind where it has no words."""
    line = (str(problem).splitlines() or [""])[0][:LONGEST]
    return sentence(_NUMBER.sub("", line) or type(problem).__name__)
