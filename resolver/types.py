"""Link types of the GS1 Web Vocabulary (ref.gs1.org/voc) that a link may have: a table (`link_types.json`), in the order of display.

`gs1:pip` and `https://ref.gs1.org/voc/pip` are the same type; here it is called `pip`.
"""

from __future__ import annotations

import json
from pathlib import Path

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

VOCABULARY = "https://ref.gs1.org/voc/"
CURIE = "gs1:"
DEFAULT = "defaultLink"
TYPES: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "link_types.json").read_text())
SETTABLE = tuple(name for name in TYPES if name != DEFAULT)
_BEGINNINGS = (CURIE, VOCABULARY, "http://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/")


def curie(name: str) -> str:
    """As it stands in addresses and messages."""
    return CURIE + name


def iri(name: str) -> str:
    """As it stands in linksets and in the header Link."""
    return VOCABULARY + name


def named(text: str) -> str | None:
    """The type's name in any of its spellings; None for one that is not in the table."""
    bare = next((text.removeprefix(one) for one in _BEGINNINGS if text.startswith(one)), "")
    return bare if bare in TYPES else None


def settable(text: str) -> str:
    """The same for a link that is to be set; InvalidInput for the default link, which is always the item's own page."""
    found = named(text)
    if found is None or found == DEFAULT:
        problem = "is always the item's own page" if found else "is none of the link types known here"
        raise InvalidInput("linkType", problem, sentence("use one of {known}", known=", ".join(map(curie, SETTABLE))))
    return found
