"""The header GS1-Signature of outgoing messages: `t=<Unix seconds>,v1=<hex>`.

v1 is HMAC-SHA256 with the shared secret over the moment as written, a dot, and the body's bytes. The moment lets a receiver refuse
what somebody recorded and sends again later.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

HEADER = "GS1-Signature"
TOLERANCE = 300  # seconds that clocks may differ


def signed(secret: str, moment: int, body: bytes) -> str:
    """The header's value for a body that is sent at that moment (Unix seconds)."""
    return f"t={moment},v1={_mac(secret, str(moment), body)}"


def genuine(secret: str, header: str, body: bytes, moment: float, tolerance: float = TOLERANCE) -> bool:
    """Whether a body was signed with that secret, not more than `tolerance` seconds from `moment`."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    told, mac = parts.get("t", ""), parts.get("v1", "")
    if not (told.isascii() and told.isdigit() and len(told) < 13 and mac.isascii()):
        return False
    return hmac.compare_digest(_mac(secret, told, body), mac) and abs(moment - int(told)) <= tolerance


def _mac(secret: str, moment: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), f"{moment}.".encode() + body, sha256).hex()
