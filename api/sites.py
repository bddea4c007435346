"""What a signed sign-in message must name: this server's own address.

With a public address set it is that. Without one it is the address that was asked for, but only if that is a number or `localhost`:
a name that somebody else may own and lead here could let their page ask for signatures that count here.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from accounts.wallet import Site

PATH = "/sign-in/key"


def site_of(request: Request) -> Site | None:
    """The site; None where a public address has to be set first."""
    settings = request.app.state.settings
    origin = settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    parts = urlsplit(origin)
    if not settings.public_url and not _numbered(parts.hostname or ""):
        return None
    return Site(parts.netloc, f"{parts.scheme}://{parts.netloc}{PATH}", settings.deployment.chain_id)


def _numbered(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
