"""Which words a text has, and whether what was asked for stands in it: pure rules, the same for every database.

Texts are compared in NFKC and without case. A run of letters and digits is taken apart into words, and characters of scripts that write
none between spaces (Han, kana, hangul). Kept are a word's beginnings of some lengths, and each pair of neighbours of which one is such a
character: so 温度 is found in 冷库温度计, and "chen" in "Chenglu", while "lu" is not. What is asked is taken apart likewise; each of its
runs must stand in some text, a word of it at the beginning of a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

BEGINNINGS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 16)  # characters of a word that are kept
LONGEST = 200  # characters of what is asked
_UNSPACED = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(r"[^\W_]+")
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_IN_A_WORD = rf"(?<![^\W_{_UNSPACED}])"


def normal(text: str) -> str:
    """The text as it is compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> set[str]:
    """All that is kept of a text."""
    found: set[str] = set()
    for run in _RUN.findall(normal(text)):
        tokens = _TOKEN.findall(run)
        found |= {word[:length] for word in tokens for length in BEGINNINGS if length <= len(word)}
        found |= set(_pairs(tokens))
    return found


@lru_cache(maxsize=256)
def runs(asked: str) -> tuple[str, ...]:
    """What has to stand in a text, each once, of what was asked."""
    return tuple(dict.fromkeys(_RUN.findall(normal(asked[:LONGEST]))))


def needed(asked: Iterable[str]) -> list[str]:
    """The terms that whatever holds these runs has, the most telling first; none where they are too short for any."""
    found: set[str] = set()
    for run in asked:
        tokens = _TOKEN.findall(run)
        found |= set(_pairs(tokens))
        found |= {word[: max(length for length in BEGINNINGS if length <= len(word))] for word in tokens if len(word) >= BEGINNINGS[0]}
    return sorted(found, key=len, reverse=True)


def spans(text: str, asked: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Run -> where it first stands in a text that is `normal` already; those that do not stand in it are left out."""
    found = {run: _pattern(run).search(text) for run in asked}
    return {run: match.span() for run, match in found.items() if match}


def _pairs(tokens: Sequence[str]) -> Iterator[str]:
    """The neighbours that touch: the last character of one, the first of the next. Between two words there is always a space."""
    return (one[-1] + other[0] for one, other in pairwise(tokens))


@lru_cache(maxsize=512)
def _pattern(run: str) -> re.Pattern[str]:
    begin = "" if re.match(rf"[{_UNSPACED}]", run) else _IN_A_WORD
    return re.compile(begin + re.escape(run))
