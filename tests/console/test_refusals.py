"""Refusals in the console's languages: every sentence of coding rules, orders, labels, imports and codes has its Chinese."""

from __future__ import annotations

import ast
import json
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import api.app  # noqa: F401 (every module, and so every error)
from api.console.refusals import FILE, put, refusal
from api.console.words import ConsoleWords
from ledger_client.codes import epc_layouts, parse
from ledger_client.codes.scan import scan
from ledger_client.epcis import schema_words
from ledger_client.epcis.document import Document
from ledger_client.errors import InvalidCode, InvalidInput, LedgerError
from ledger_client.sentences import Sentence, as_json, of_json, sentence
from records.prepare import Problem, Rejected, prepare
from tests.api.served import event

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("ledger_client", "labels", "records", "indexer", "tracing", "inventory", "accounts", "sentinel", "issuing", "resolver", "exchange"),
    *("recall", "api"),
)
ENGLISH_ONLY = (  # where it is not the console's readers who are refused
    "ledger_client/cli/ ledger_client/council/ ledger_client/anchoring.py ledger_client/deployment.py ledger_client/keys.py",
    "ledger_client/own_records.py ledger_client/partner.py ledger_client/report.py accounts/audit_file.py",  # on the command line
    "ledger_client/bundle.py ledger_client/commitment.py ledger_client/merkle.py ledger_client/rlp.py ledger_client/strict_json.py",
    "ledger_client/verify_record.py ledger_client/sign_in_message.py",  # what programs made, or a wallet
    "ledger_client/epcis/document.py ledger_client/epcis/event_hash.py ledger_client/epcis/xml/",  # documents that programs send
    "api/epcis/ api/routes/ api/streams/ api/body.py api/audit_log.py api/places.py api/query_schemas.py api/recorded.py api/stored.py",
    "api/settings.py api/regulator/signing.py",  # the operator's own settings
)
PLACES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).glob("**/*.py"))
    if not path.relative_to(ROOT).as_posix().startswith(tuple(" ".join(ENGLISH_ONLY).split()))
]
TOLD = {
    "InvalidInput": (1, 2),
    "Refused": (0,),
    "joined": (0,),
    "_wrong": (0, 1),
    "_unfit": (0, 1),
    "Unfit": (0, 1),
    "Fault": (1, 2),
    "Problem": (1, 3),
    "Retryable": (0,),
    "EvidenceError": (0, 1, 2),
    "NotTaken": (0,),
    "NotDelivered": (0,),
    "end": (2,),  # why a subscription ends
    "Conflict": (0,),
    "NotFound": (0,),
}
SUSPECTED = {"altered": (3, 4), "missing": (2, 3), "added": (2, 3)}  # what the sentinel says was expected, and is there


def errors(kind: type[LedgerError], places: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every error there is, with the places of its texts: those of its base if it is not named above."""
    places = TOLD.get(kind.__name__, places)
    yield kind.__name__, places
    for one in kind.__subclasses__():
        yield from errors(one, places)


TOLD |= dict(errors(LedgerError))
CHINESE = json.loads(FILE.read_text())["sentences"]
ZH, EN = ConsoleWords("zh"), ConsoleWords("en")


def texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    if isinstance(node, ast.BoolOp):
        yield from (text for one in node.values for text in texts(one))


def told(path: Path) -> Iterator[ast.expr]:
    """Whatever a module refuses with, makes a sentence of, or has an error of its own say."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            base = next((one.id for one in node.bases if isinstance(one, ast.Name)), "")
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and ast.unparse(one.func) == "super().__init__"]
            yield from (call.args[place] for call in calls for place in TOLD.get(base, ()) if place < len(call.args))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            known = TOLD | SUSPECTED if path.parent.name == "sentinel" else TOLD
            places = (0,) if node.func.id == "sentence" else known.get(node.func.id, ())
            yield from (node.args[place] for place in places if place < len(node.args))


def refusals(path: Path) -> Iterator[str]:
    """Templates and plain texts that a module refuses with."""
    return (text for one in told(path) for text in texts(one))


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
    made = [f"{path.name}:{one.lineno}" for path in PLACES for one in told(path) if isinstance(one, ast.JoinedStr)]
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
