"""English sentences that remember how they were made, so that a page can say them in another language (`api.console.refusals`).

A sentence is a str: whoever knows nothing of this reads, compares and sends it as one. A text without values needs nothing of this: it is
its own template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce


class Sentence(str):
    """A template with its values filled in; values that are sentences themselves remember too."""

    template: str
    values: Mapping[str, object]


def sentence(template: str, **values: object) -> Sentence:
    """`sentence("has {count:,} codes", count=7)`: the blanks are those of str.format. Without values the text as it is, or the sentence."""
    if isinstance(template, Sentence) and not values:
        return template
    made = Sentence(template.format(**values) if values else template)
    made.template, made.values = template, values
    return made


def joined(template: str, texts: Sequence[str]) -> str:
    """Several texts as one: `joined("{left} or {right}", […])`. Empty if there is none."""
    return reduce(lambda left, right: sentence(template, left=left, right=right), texts) if texts else ""


def with_texts(text: str, change: Callable[[str], str]) -> str:
    """A text, or a sentence with its values, after `change`."""
    if not isinstance(text, Sentence):
        return change(text)
    if not text.values:
        return sentence(change(text))
    values = {name: with_texts(value, change) if isinstance(value, str) else value for name, value in text.values.items()}
    return sentence(text.template, **values)


def as_json(text: str) -> list[object] | None:
    """What has to be kept beside a text that is stored; None for one without values."""
    if not isinstance(text, Sentence) or not text.values:
        return None
    return [text.template, {name: _kept(value) for name, value in text.values.items()}]


def of_json(text: str, kept: object) -> str:
    """The sentence again, from a stored text and what `as_json` said of it; the bare text for anything else."""
    if not (isinstance(kept, list) and len(kept) == 2 and isinstance(kept[0], str) and isinstance(kept[1], dict)):
        return text
    made = Sentence(text)
    made.template, made.values = kept[0], {name: _read(value) for name, value in kept[1].items()}
    return made


def _kept(value: object) -> object:
    if isinstance(value, Sentence):
        return {"text": str(value), "made": as_json(value)}
    return value if isinstance(value, bool | int | float | str) else str(value)


def _read(value: object) -> object:
    return sentence(of_json(str(value.get("text", "")), value.get("made"))) if isinstance(value, dict) else value
