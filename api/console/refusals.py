"""Why something was refused, in the reader's language. `refusals.json` has the Chinese of what people meet; the rest stays English.

The errors of the lower packages are English and stay so over HTTP: a `Sentence` remembers its template and values, and is filled anew here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    if not isinstance(error, InvalidInput):
        return put(error.args[0], words) if error.args and isinstance(error.args[0], str) else str(error)
    problem, fix = put(error.problem, words), f"。{put(error.fix, words)}" if error.fix else ""
    between = " " if problem.startswith("的") else "："
    return f"{field(error.field, words)}{between}{problem}{fix}。"


def put(text: str, words: ConsoleWords) -> str:
    """A problem or a fix; as it is where there are no other words for it."""
    if words.language != "zh":
        return text
    if not isinstance(text, Sentence):
        return sentences().get(text, text)
    values = {name: put(value, words) if isinstance(value, Sentence) else value for name, value in text.values.items()}
    if "of" in values:
        values["of"] = field(str(values["of"]), words)
    return sentences().get(text.template, text.template).format(**values)


def field(name: str, words: ConsoleWords) -> str:
    """What the console calls a field."""
    if words.language != "zh":
        return name
    return put(name, words) if isinstance(name, Sentence) else _tables()["fields"].get(name, name)


def sentences() -> Mapping[str, str]:
    """English template -> Chinese template, with the same blanks."""
    return _tables()["sentences"]


@cache
def _tables() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text())
    return found
