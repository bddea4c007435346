"""Why something was refused, in the reader's language. `refusals.json` has the Chinese of what people meet; the rest stays English.

The errors of the lower packages are English and stay so over HTTP: a `Sentence` remembers its template and values, and is filled anew here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from api.console.words import ConsoleWords
from ledger_client.errors import InvalidInput, LedgerError
from ledger_client.sentences import Sentence

FILE = Path(__file__).parent / "refusals.json"


def refusal(error: LedgerError | str, words: ConsoleWords) -> str:
    """The whole of an error: for wrong input the field, what is wrong with it, and the fix. A text is told already."""
    if isinstance(error, str) or words.language != "zh":
        return str(error)
    told = put(error.text, words)
    return f"{told}。" if isinstance(error, InvalidInput) else told


def mend(error: InvalidInput, words: ConsoleWords) -> str:
    """What is wrong and the fix, for a form that shows them beside the field."""
    between = "；" if words.language == "zh" else "; "
    return between.join(put(text, words) for text in (error.problem, error.fix) if text)


def put(text: str, words: ConsoleWords) -> str:
    """A problem or a fix; as it is where there are no other words for it."""
    if words.language != "zh":
        return text
    if not isinstance(text, Sentence) or not text.values:
        return sentences().get(text, text)
    values = {name: put(value, words) if isinstance(value, Sentence) else value for name, value in text.values.items()}
    for name, known_as in NAMED.items():
        if name in values:
            values[name] = known_as(str(values[name]), words)
    told = sentences().get(text.template, text.template).format(**values)
    return told.replace("：的", " 的", 1) if "problem" in values else told


def field(name: str, words: ConsoleWords) -> str:
    """What the console calls a field."""
    if words.language != "zh":
        return name
    if isinstance(name, Sentence):
        return put(name, words)
    known = _tables()["fields"]
    return known.get(name) or known.get(name.rpartition(".")[2], name)


NAMED: Mapping[str, Callable[[str, ConsoleWords], str]] = {  # blanks that hold a word which the console has a name for
    "of": field,
    "role": lambda name, words: words.texts.get(f"frame.role.{name}", name),
    "permission": lambda name, words: words.texts.get(f"accounts.right.{name}", name),
}


def sentences() -> Mapping[str, str]:
    """English template -> Chinese template, with the same blanks."""
    return _tables()["sentences"]


@cache
def _tables() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text())
    return found
