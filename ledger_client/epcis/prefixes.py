"""Namespace prefixes of EPCIS documents and events: what `ex:lot` means (spec 3.1, docs/event-hash.md).

Read from `@context`; no JSON-LD processor and no network. The standard prefixes are built in and cannot be given another meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ledger_client.errors import InvalidEvent
from ledger_client.sentences import sentence

Prefixes = dict[str, str]  # prefix -> namespace URI

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
STANDARD: Final[Mapping[str, str]] = {
    "gs1": "https://ref.gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "epcis": "https://ref.gs1.org/epcis/",
    "cbvmda": "urn:epcglobal:cbv:mda",
}
# The same vocabularies under the URIs that GS1 has published for them.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "gs1": ("https://gs1.org/voc/", "https://www.gs1.org/voc/", "http://gs1.org/voc/", "http://www.gs1.org/voc/"),
    "cbv": ("https://ns.gs1.org/cbv/",),
    "epcis": ("https://ns.gs1.org/epcis/", "urn:epcglobal:epcis:", "urn:epcglobal:epcis:xsd:2"),
    "cbvmda": ("urn:epcglobal:cbv:mda:",),
}


def prefixes_of(context: object, path: str = "$['@context']") -> Prefixes:
    """The prefixes that an `@context` declares; raises InvalidEvent for a standard prefix with another meaning."""
    found: Prefixes = {}
    if context is None:  # most events leave it to their document
        return found
    for entry in _objects(context):
        for prefix, term in entry.items():
            uri = term.get("@id") if isinstance(term, dict) else term
            if isinstance(uri, str) and not prefix.startswith("@"):
                _require_standard(prefix, uri, path)
                found[prefix] = uri
    return found


def urls_of(context: object) -> list[str]:
    """The context documents that an `@context` names, in order."""
    entries = context if isinstance(context, list) else [context]
    return [entry for entry in entries if isinstance(entry, str)]


def is_epcis_context(url: str) -> bool:
    """Whether a context URL is one of those under which GS1 publishes the EPCIS context, in any version."""
    return (url.endswith("/epcis-context.jsonld") and "//ref.gs1.org/standards/epcis/" in url) or "//gs1.github.io/EPCIS/" in url


def _objects(context: object) -> Iterator[dict[str, object]]:
    entries = context if isinstance(context, list) else [context]
    return (entry for entry in entries if isinstance(entry, dict))


def _require_standard(prefix: str, uri: str, path: str) -> None:
    meant = STANDARD.get(prefix)
    if meant is not None and uri != meant and uri not in _ALSO[prefix]:
        raise InvalidEvent(
            f"{path}.{prefix}",
            sentence("redefines the standard prefix {prefix} as {uri}", prefix=prefix, uri=uri),
            sentence("leave it out, it means {meant}; use another prefix", meant=meant),
        )
