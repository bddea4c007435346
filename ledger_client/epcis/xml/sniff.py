"""Whether a document is XML or JSON, by its first bytes: by itself, so that who reads JSON loads no XML parser."""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"


def looks_like_xml(data: bytes) -> bool:
    """Whether a document begins as XML does and JSON cannot."""
    return data[:200].removeprefix(_BOM).lstrip()[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff")
