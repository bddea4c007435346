"""Refusals in the console's languages: every sentence of coding rules, orders, labels, imports and codes has its Chinese."""

from __future__ import annotations

import ast
import json
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console.refusals import FILE, put, refusal
from api.console.words import ConsoleWords
from ledger_client.codes import parse
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import as_json, of_json, sentence

ROOT = Path(__file__).parents[2]
PLACES = [
    *ROOT.glob("issuing/*.py"),
    *ROOT.glob("exchange/imports/*.py"),
    *ROOT.glob("labels/*.py"),
    *ROOT.glob("ledger_client/codes/*.py"),
]
TAGS = {"urn.py", "epc_binary.py", "epc_fields.py", "epc_urn.py"}  # what RFID tags and URNs refuse stays English
TOLD = {
    "InvalidInput": (1, 2),
    "InvalidCode": (1, 2),
    "Unfit": (0, 1),
    "Fault": (1, 2),
    "Problem": (1, 3),
    "Conflict": (0,),
    "NotFound": (0,),
}
CHINESE = json.loads(FILE.read_text())["sentences"]
ZH, EN = ConsoleWords("zh"), ConsoleWords("en")


def texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def refusals(path: Path) -> Iterator[str]:
    """Templates and plain texts that a module refuses with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place in (0,) if node.func.id == "sentence" else TOLD.get(node.func.id, ()):
                yield from texts(node.args[place]) if place < len(node.args) else ()


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_refusal_that_people_meet_is_told_in_chinese():
    missing = {text: path.name for path in PLACES if path.name not in TAGS for text in refusals(path) if text not in CHINESE}
    assert missing == {}


def test_no_chinese_is_left_over():
    written = {text for path in ROOT.glob("*/**/*.py") if "tests" not in path.parts for text in _constants(path)}
    assert [text for text in CHINESE if text not in written] == []


def _constants(path: Path) -> Iterator[str]:
    if {".venv", "node_modules"} & set(path.parts):
        return
    yield from (
        node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize(
    "text", [text for text in CHINESE if "{" in text and '"' not in text and not text.startswith("write a placeholder")]
)
def test_a_refusal_fills_the_same_blanks(text: str):
    assert blanks(CHINESE[text]) <= blanks(text)


def test_a_wrong_check_digit_is_told_in_the_readers_language():
    with pytest.raises(InvalidCode) as refused:
        parse("(01)06901234567893(21)A1")
    assert refusal(refused.value, EN) == str(refused.value)
    assert refusal(refused.value, ZH) == "GTIN 06901234567893 的校验码 3 不对。正确的是 2：06901234567892。"


def test_fields_and_sentences_within_sentences_are_told_too():
    within = sentence("is no beginning of an Ecode: {problem}", problem=sentence("has {count} characters", count=3))
    assert refusal(InvalidInput("base", within, "leave it out"), ZH) == "企业自有代码：不是 Ecode 的开头：有 3 个字符。请去掉。"
    assert put("words that nobody translated", ZH) == "words that nobody translated"


def test_a_sentence_is_the_same_after_it_was_stored_or_sent_to_another_process():
    within = sentence("is not {what}: {problem}", what="a GLN", problem=sentence("has {count} digits", count=3))
    stored = of_json(str(within), json.loads(json.dumps(as_json(within))))
    for again in (stored, pickle.loads(pickle.dumps(within))):
        assert again == within == "is not a GLN: has 3 digits"
        assert put(again, ZH) == "不是a GLN：有 3 位数字"
    assert of_json("plain", None) == "plain"
