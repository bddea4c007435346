"""What a link may lead to and say of itself: an https address, a language, a media type. Each is checked, and refused with its reason."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

LONGEST = 2000
_SAFE = "!$&'()*+,-./:;=?@_~%"  # RFC 3986: what may stand in path and query; what is escaped already stays so
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}", re.IGNORECASE)  # RFC 5646, the forms in use
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")  # RFC 6838, section 4.2
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def url(text: str) -> str:
    """The address in ASCII, letters of other scripts escaped; InvalidInput for all but https with a host.

    A host of a private network is allowed: it is the reader's browser that goes there, never this server.
    """
    text = text.strip()
    if not text.isprintable() or " " in text or "\\" in text:
        raise _wrong("holds a blank, a backslash or a control character", "percent-encode it")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:
        raise _wrong("is no address", "use for example https://www.example.com/products/1") from None
    if parts.scheme != "https":
        raise _wrong(
            sentence("begins with {scheme}", scheme=parts.scheme or "no scheme"),
            "only https:// is taken, so that nobody on the way changes where a scan leads",
        )
    if not name or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", name):
        raise _wrong("names no host", "use for example https://www.example.com/products/1")
    if "@" in parts.netloc:
        raise _wrong("holds a user name", "leave out what stands before @")
    if _ESCAPE.search(text):
        raise _wrong("holds a % that escapes nothing", "write %25")
    return _short(_joined(f"[{name}]" if ":" in name else name, port, parts.path, parts.query, parts.fragment))


def language(text: str) -> str:
    """A language tag as RFC 5646 has it, or nothing."""
    if text and not _LANGUAGE.fullmatch(text):
        raise InvalidInput("language", sentence("{text!r} is no language tag", text=text), "use for example zh, en or pt-BR")
    return text


def media_type(text: str) -> str:
    """A media type without parameters in lower case, or nothing."""
    text = text.lower()
    if text and not _MEDIA_TYPE.fullmatch(text):
        raise InvalidInput("mediaType", sentence("{text!r} is no media type", text=text), "use for example text/html or application/pdf")
    return text


def with_query(address: str, query: str) -> str:
    """The address with another query behind its own, before its fragment."""
    if not query:
        return address
    before, mark, fragment = address.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{quote(query, safe=_SAFE)}{mark}{fragment}"


def _joined(host: str, port: int | None, path: str, query: str, fragment: str) -> str:
    found = f"https://{host}{f':{port}' if port is not None else ''}{quote(path, safe=_SAFE)}"
    return found + (f"?{quote(query, safe=_SAFE)}" if query else "") + (f"#{quote(fragment, safe=_SAFE)}" if fragment else "")


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise _wrong(sentence("has {count} characters", count=len(text)), sentence("at most {most}", most=LONGEST))
    return text


def _wrong(problem: str, fix: str) -> InvalidInput:
    return InvalidInput("target", problem, fix)
