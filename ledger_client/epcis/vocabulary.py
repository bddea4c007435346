"""The terms of the Core Business Vocabulary 2.0 that events write as bare words.

From CBV.jsonld of gs1/EPCIS (`data/SOURCES.md`); measurement types are not listed, the schema knows them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

GS1_VOCABULARY = "https://ref.gs1.org/voc/"
CBV = "https://ref.gs1.org/cbv/"


@cache
def terms(vocabulary: str) -> frozenset[str]:
    """The bare words of one part of the CBV: BizStep, Disp, BTT, SDT, Comp, ER."""
    tables: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "cbv-terms.json").read_bytes())
    return frozenset(tables[vocabulary])


def bare_word(text: str, vocabulary: str) -> str:
    """The word of a term in any spelling: bare, as web URI or as URN."""
    return text.rpartition(f"{vocabulary}-")[2].rpartition(":")[2]


def term(text: str, vocabulary: str) -> str:
    """The same of a term that the vocabulary has; any other text stays as it is."""
    word = bare_word(text, vocabulary)
    return word if word in terms(vocabulary) else text


def web_uri(word: str, vocabulary: str) -> str:
    """A bare word as its web URI; a word that the vocabulary does not have stays as it is."""
    if vocabulary == "voc":
        return GS1_VOCABULARY + word
    return f"{CBV}{vocabulary}-{word}" if word in terms(vocabulary) else word
