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
from ledger_client.codes import epc_layouts, parse
from ledger_client.codes.scan import scan
from ledger_client.epcis import schema_words
from ledger_client.epcis.document import Document
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import Sentence, as_json, of_json, sentence
from records.prepare import Problem, Rejected, prepare
from tests.api.served import event

ROOT = Path(__file__).parents[2]
PLACES = [
    *ROOT.glob("issuing/*.py"),
    *ROOT.glob("exchange/imports/*.py"),
    *ROOT.glob("labels/*.py"),
    *ROOT.glob("recall/notices/*.py"),
    ROOT / "recall" / "certificate.py",
    *ROOT.glob("ledger_client/codes/*.py"),
    *(
        ROOT / "ledger_client" / "epcis" / f"{name}.py"
        for name in ("schema_words", "schema_messages", "schema", "items", "normalise", "prefixes")
    ),
    *ROOT.glob("api/console/**/*.py"),
    *ROOT.glob("ledger_client/epcis/query/*.py"),
    *ROOT.glob("resolver/*.py"),
    *(ROOT / "accounts" / f"{name}.py" for name in ("names", "people", "api_keys", "sign_in", "passwords", "wallet")),
    *ROOT.glob("exchange/*.py"),
    *ROOT.glob("recall/suspicion/*.py"),
    *ROOT.glob("recall/cases/*.py"),
    ROOT / "recall" / "holds.py",
    ROOT / "recall" / "writing.py",
    ROOT / "records" / "prepare.py",
    ROOT / "ledger_client" / "canonical.py",
    ROOT / "api" / "callers.py",
    ROOT / "api" / "forms.py",
]
TOLD = {
    "InvalidInput": (1, 2),
    "InvalidCode": (1, 2),
    "InvalidEvent": (1, 2),
    "QueryParameter": (1, 2),
    "BrokenRule": (1, 2),
    "Refused": (0,),
    "NotAllowed": (0,),
    "LacksRight": (0,),
    "joined": (0,),
    "_wrong": (0, 1),
    "_unfit": (0, 1),
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


def words_of_the_schema() -> Iterator[str]:
    """Problem and fix stand side by side there, in tables and in what functions return; and what the headers of tags mean."""
    for node in ast.walk(ast.parse(Path(schema_words.__file__).read_text())):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield from (text for part in node.elts for text in texts(part))
    yield from (text for text in schema_words.EXAMPLES.values() if not isinstance(text, Sentence))
    yield from schema_words._WORDS_OF.values()
    yield from (schema_words._CODE, schema_words._SCHEMA, *epc_layouts.OTHER_HEADERS.values())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_refusal_that_people_meet_is_told_in_chinese():
    missing = {text: path.name for path in PLACES for text in refusals(path) if text not in CHINESE}
    missing |= {text: "schema_words" for text in words_of_the_schema() if text not in CHINESE}
    assert missing == {}


def test_what_is_told_remembers_how_it_was_made():
    """A text that was put together with its values (f"…") could not be said in another language."""
    made = [
        f"{path.name}:{node.lineno}"
        for path in PLACES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        for place in TOLD.get(node.func.id, ())
        if place < len(node.args) and isinstance(node.args[place], ast.JoinedStr)
    ]
    assert made == []


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


def stored(problem: Problem) -> tuple[str, str]:
    """Problem and fix in Chinese, as they are told after they were stored beside a refused event."""
    kept = json.loads(json.dumps(problem.as_json()))
    return tuple(put(of_json(kept[name], kept.get(f"{name}Made")), ZH) for name in ("problem", "fix"))


@pytest.mark.parametrize(
    ("change", "problem", "fix"),
    [
        ({"action": "CREATE"}, "'CREATE' 不在允许之列", "可用：OBSERVE, ADD, DELETE。"),
        ({"bizStep": "shiping"}, "'shiping' 不是标准业务步骤", "是否想写 shipping 或 void_shipping 或 sampling？自定义的词须写成 URI"),
        ({"epcList": "urn:epc:id:sgtin:6901234.056789.1"}, "'urn:epc:id:sgtin:6901234.056789.1' 不是列表", "请用 […] 括起来"),
        ({"epcList": ["urn:epc:id:sgtin:6901234.56789.1"]}, "的参考代码是“56789”", "7 位厂商识别代码之后需要 6 位数字"),
        ({"eventTimeZoneOffset": "8"}, "'8' 不是时区偏移", "请写成 +08:00 的样子"),
        ({"eventID": "ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0"}, "不是此事件的哈希标识", "请去掉，或写 ni:///sha-256;"),
        ({"bizStep": "half \ud800"}, "含有半个字符", "请使用完整的 Unicode 字符"),
    ],
)
def test_a_refused_event_says_so_in_chinese(change: dict, problem: str, fix: str):
    made = event() | change
    found = prepare(made, Document([made]), "$", None)
    assert isinstance(found, Rejected)
    told, mend = stored(found.problems[0])
    assert problem in told
    assert fix in mend


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3074257BF7194E4000001A8500FF", "EPC 3074257BF7194E4000001A8500FF：有 28 位十六进制数字。SGTIN-96 有 24 位。"),
        ("E2801160600002084D9E1A2B", "以 E2 开头：这是标签自身的编号（TID），不是 EPC"),
        ("urn:epc:tag:sgtin-96:8.6901234.056789.1001", "不是 EPC 标签 URI。例如 urn:epc:tag:sgtin-96:1.6901234.056789.1001。"),
        ("urn:epc:tag:sgtin-96:1.6901234.056789.A1", "序列号 A1：不全是数字，而 SGTIN-96 只能用数字"),
        (
            "urn:epc:id:sgtin:6901234.56789.1",
            "URN urn:epc:id:sgtin:6901234.56789.1 的参考代码是“56789”。7 位厂商识别代码之后需要 6 位数字。",
        ),
    ],
)
def test_a_refused_tag_says_so_in_chinese(text: str, said: str):
    with pytest.raises(InvalidCode) as refused:
        scan(text)
    assert said in refusal(refused.value, ZH)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("{GS}010690123456789221A1", "{GS} 已按分隔符 FNC1 读取"),
        ("(01)06901234567892(17)271345", "(17) 271345 不是日期"),
        ("https://id.gs1.org/01/06901234567892?17=2713", "已略去：(17) 2713"),
    ],
)
def test_what_was_assumed_of_a_scan_is_told_in_chinese(text: str, note: str):
    assert any(note in put(one, ZH) for one in scan(text).notes), scan(text).notes
