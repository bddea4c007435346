"""Names of accounts: one spelling each (NFKC, case folded), so that no two look alike by case, width or script.

Made for `people`. Letters and digits of any script are taken, but none that is invisible, no mixture of scripts that share letter
shapes, and no foreign letters that all look Latin (after UTS 39, https://www.unicode.org/reports/tr39/, with the few scripts that matter).
"""

from __future__ import annotations

import unicodedata

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

LONGEST = 64
LONGEST_SHOWN = 100
_MARKS = "._@+-"
_CATEGORIES = {"Ll", "Lo", "Nd"}  # after case folding: no capitals, no combining marks, no modifier letters but the two that words hold
_WITHIN_WORDS = "々ー"
_UNSEEN = "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters by category, and invisible
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}  # scripts that share letter shapes
_LOOK_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵґκοορνυαιγχωηѡյոսօցհ")


def folded(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def spelled(name: str) -> str:
    """The one spelling of a name; InvalidInput if it has none: letters and digits of any script and . _ @ + -, at most 64."""
    text = folded(name[: 4 * LONGEST + 1])
    if not text or len(text) > LONGEST or not all(_typed(letter) for letter in text):
        raise InvalidInput(
            "name",
            sentence("{name!r} is no account name", name=name[:40]),
            sentence("use 1 to {most} letters, digits and {marks}", most=LONGEST, marks=_MARKS),
        )
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()} & _ALIKE
    if len(scripts) > 1:
        told = " and ".join(sorted(script.title() for script in scripts))
        raise InvalidInput("name", sentence("mixes {told} letters, which look alike", told=told), "use the letters of one script")
    if scripts and _LOOK_LATIN.issuperset(letter for letter in text if letter.isalpha()):
        raise InvalidInput(
            "name",
            sentence("{text!r} is written in {script} letters that all look Latin", text=text, script=scripts.pop().title()),
            "use Latin letters",
        )
    return text


def shown(display_name: str) -> str:
    """A name for people to read; InvalidInput for one that is too long or holds control, direction or invisible characters."""
    text = unicodedata.normalize("NFC", display_name[: 4 * LONGEST_SHOWN + 1].strip())
    if len(text) > LONGEST_SHOWN or any(unicodedata.category(letter)[0] == "C" or letter in _UNSEEN for letter in text):
        fix = f"use at most {LONGEST_SHOWN} characters, and none that is invisible"
        raise InvalidInput("displayName", sentence("{text!r} … cannot be shown safely", text=text[:20]), fix)
    return text


def _typed(letter: str) -> bool:
    seen = unicodedata.category(letter) in _CATEGORIES and letter not in _UNSEEN
    return seen or letter in _MARKS or letter in _WITHIN_WORDS
