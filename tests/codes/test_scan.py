"""Whatever a scanner gives: every spelling leads to the same item, and what is wrong or has two readings is refused with the fix."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.cli import main
from ledger_client.codes import parse
from ledger_client.codes.gs1_keys import KEYS
from ledger_client.codes.own_scheme import OwnScheme, OwnSegment
from ledger_client.codes.scan import SPELLINGS, scan
from ledger_client.errors import InvalidCode
from tests.codes.test_gs1_vectors import IDENTIFIERS, LINKS, OUT_OF_SCOPE, PRINTED, SCANNED, TAGS
from tests.codes.test_item_codes import CODES, gs1_items

MILK = "https://id.gs1.org/01/06901234567892/21/A1"
EPC = "3074257BF7194E4000001A85"
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
CRATES = OwnScheme(
    "crates",
    "https://code.example.com/crate/",
    (
        OwnSegment("", text="MK"),
        OwnSegment("line", width=1, charset=LETTERS),
        OwnSegment("counter", width=5),
        OwnSegment("check", width=1, system="37,36"),
    ),
)
NUMBERS = OwnScheme("numbers", "https://code.example.com/n/", (OwnSegment("number", width=12), OwnSegment("check", width=1, system="gs1")))


@pytest.mark.parametrize("vector", CODES["accepted"], ids=lambda vector: vector["text"][:60])
def test_every_spelling_of_an_item_code_is_recognised_as_the_same_item(vector):
    found = scan(vector["text"])
    assert (found.item.uri, found.scheme, found.item.key) == (vector["code"], vector["scheme"], vector["key"])
    assert found.item == parse(vector["text"])
    assert found.spelling in SPELLINGS
    assert found.item.parts.items() <= found.parts.items()
    assert scan(found.item.uri).item == found.item


def reading(text, own=()):
    """What a text is, or why it is nothing."""
    try:
        return scan(text, own)
    except InvalidCode as error:
        return error


@pytest.mark.parametrize("vector", CODES["refused"], ids=lambda vector: vector["text"][:60])
def test_what_is_wrong_is_refused_here_too_or_is_a_spelling_of_scanners(vector):
    found = reading(vector["text"])
    assert isinstance(found, InvalidCode) or found.spelling in ("epc-tag-uri", "epc-raw-uri", "element-string") or found.carrier


@pytest.mark.parametrize("vector", LINKS, ids=lambda vector: vector["uri"])
def test_a_digital_link_says_all_that_its_element_string_says(vector):
    if not vector["accept"] and vector["uri"] not in OUT_OF_SCOPE:
        with pytest.raises(InvalidCode):
            scan(vector["uri"])
        return
    found = scan(vector["uri"])
    if vector["accept"]:
        assert found.spelling == "digital-link"
        printed = scan(vector["elements"]) if found.item.key != "8004" else None  # as a barcode it names two things
        assert printed is None or (printed.item, printed.parts) == (found.item, found.parts)


@pytest.mark.parametrize("vector", PRINTED + SCANNED, ids=lambda vector: vector.get("bracketed") or vector["unbracketed"] or "empty")
def test_element_strings_are_read_with_the_sign_that_stands_for_fnc1(vector):
    text = vector.get("bracketed") or vector["unbracketed"]
    found = reading(text)
    if isinstance(found, InvalidCode):
        assert not vector["accept"] or "names no item" in str(found) or "names several things" in str(found)
    else:
        assert vector["accept"] or not text.startswith("^")
        assert found.item.key in KEYS


@pytest.mark.parametrize("vector", IDENTIFIERS, ids=lambda vector: vector["input"])
def test_a_gs1_identifier_is_the_item_of_the_event_hash_unless_its_check_digit_is_wrong(vector):
    found = reading(vector["input"])
    if isinstance(found, InvalidCode):
        return
    if vector["canonical"] is None:
        assert found.scheme == "uri" or found.tag
    else:
        assert parse(vector["canonical"]) == found.item


@pytest.mark.parametrize("vector", TAGS, ids=lambda vector: vector["tagURI"])
def test_a_tag_is_read_however_the_reader_writes_it(vector):
    pairs = " ".join(vector["hex"][at : at + 2] for at in range(0, len(vector["hex"]), 2))
    raw = f"urn:epc:raw:{4 * len(vector['hex'])}.x{vector['hex']}"
    for text in (vector["hex"], vector["hex"].lower(), "0x" + vector["hex"], pairs, vector["tagURI"], raw):
        found = scan(text)
        assert found.item == scan(vector["elementString"]).item == scan(vector["pureIdentity"]).item
        assert found.tag == scan(vector["tagURI"]).tag
        assert found.as_json()["epc"]["tagURI"] == vector["tagURI"]


@pytest.mark.parametrize(
    "separator", ["\x1d", "{GS}", "<GS>", "[gs]", "{FNC1}", "<fnc1>", "[FNC1]", "<0x1D>", "~d029", "~1", r"\x1d", r"\u001D", "^]", "^", "␝"]
)
@pytest.mark.parametrize("first", ["", "]d2", "]C1", "]Q3", "]e0", "]J1", "<separator>"])
def test_any_word_for_the_separator_divides_lot_and_serial(first, separator):
    begin = separator if first == "<separator>" else first
    found = scan(f"{begin}010690123456789210L7{separator}21A1{separator}")
    assert found.item.uri == MILK
    assert found.parts == {"01": "06901234567892", "10": "L7", "21": "A1"}
    assert found.titles == {"01": "GTIN", "10": "BATCH/LOT", "21": "SERIAL"}
    assert bool(found.notes) == (separator != "\x1d")


def test_separators_around_brackets_are_no_part_of_a_value():
    assert scan("(01)06901234567892(10)L7{GS}(21)A1{GS}").parts == {"01": "06901234567892", "10": "L7", "21": "A1"}


@pytest.mark.parametrize(
    ("text", "spelling", "carrier", "code"),
    [
        ("]E06901234567892", "gtin", "EAN/UPC", "https://id.gs1.org/01/06901234567892"),
        ("]E401234565", "gtin", "EAN/UPC", "https://id.gs1.org/01/00000001234565"),
        ("]I106901234567892", "gtin", "ITF", "https://id.gs1.org/01/06901234567892"),
        ("]Q1https://a.example/01/6901234567892/21/A1", "digital-link", "QR Code", MILK),
        ("]C0369012345681234560", "sscc", "Code 128", "https://id.gs1.org/00/369012345681234560"),
        ("]C081234567890123456789", "drug20", "Code 128", "https://id.traceledger.org/drug20/81234567890123456789"),
        ("]d1(01)06901234567892(21)A1", "element-string-printed", "Data Matrix", MILK),
        ("6 901234 567892", "gtin", "", "https://id.gs1.org/01/06901234567892"),
        ("978-7-115-54608-1", "gtin", "", "https://id.gs1.org/01/09787115546081"),
        ("8123 4567 8901 2345 6789", "drug20", "", "https://id.traceledger.org/drug20/81234567890123456789"),
        ("04252614", "upc-e", "", "https://id.gs1.org/01/00042100005264"),
        ("00369012345681234560", "element-string", "", "https://id.gs1.org/00/369012345681234560"),
        ("17270105010690123456789221A1", "element-string", "", MILK),
        ("\t\n 6901234567892 \r\n", "gtin", "", "https://id.gs1.org/01/06901234567892"),
    ],
)
def test_what_scanners_send_is_understood(text, spelling, carrier, code):
    found = scan(text)
    assert (found.spelling, found.carrier, found.item.uri) == (spelling, carrier, code)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("6901234567893", "the right one is 2: 6901234567892"),
        ("369012345681234561", "the right one is 0"),
        ("010690123456789321A1", "the right one is 2: 06901234567892"),
        ("]d201069012345678922", "21|is not known"),
        ("690123456789", "check digit"),
        ("69012345678921", "check digit"),
        ("123456789", "a GTIN has 8, 12, 13 or 14"),
        ("91234567890123456789", "begin with 8"),
        ("E2801160600002084F2E3BB4", "a tag's own number"),
        ("https://id.gs1.org/AQnYUc1gmiERBhQ", "is compressed"),
        ("Ecode 90064", "read here are 1, 2 and 3"),
        ("]d2", "scan again"),
        ("milk", "is of no known form"),
        ("80041234567890", "check digit"),
        ("2026-11-26 10:30:08", "no known form"),
        ("2026 1126", "no known form"),
    ],
)
def test_what_is_wrong_gets_a_message_with_the_fix(text, says):
    with pytest.raises(InvalidCode, match=says):
        scan(text)


def test_a_gtin_8_that_may_be_a_upc_e_says_so():
    assert scan("01234565").notes == ("as a UPC-E it would be the GTIN 012345000065",)
    assert scan("6901234567892").notes == ()


def test_a_rule_does_not_take_what_is_another_code():
    rule = OwnScheme(
        "bars",
        "https://code.example.com/b/",
        (OwnSegment("", text="69"), OwnSegment("n", width=10), OwnSegment("c", width=1, system="11,10")),
    )
    assert scan("6901234567892", [rule]).item.uri == "https://id.gs1.org/01/06901234567892"
    with pytest.raises(InvalidCode, match="check characters"):
        scan("6901234567893", [rule])
    with pytest.raises(InvalidCode, match="check characters"):
        scan("https://code.example.com/b/6901234567893", [rule])
    assert scan("https://code.example.com/other", [rule]).scheme == "uri"


def test_a_missing_separator_is_told():
    assert scan("010690123456789210L721A1").notes == ("no separator FNC1 was sent: all that follows (10) was taken as its value",)
    assert scan("]d2010690123456789210L721A1").notes == ()


def test_a_date_that_is_none_is_told():
    assert scan("(01)06901234567892(17)271345(21)A1").notes == ("(17) 271345 is no date",)
    assert scan("https://a.example/01/06901234567892?11=270230&15=270200").notes == ("(11) 270230 is no date",)
    assert scan("(01)06901234567892(17)280229(7007)270101270132").notes == ()


@settings(deadline=None)
@given(gs1_items(), st.sampled_from(["]d2", "]C1", "]Q3", "\x1d"]))
def test_what_any_gs1_symbol_holds_is_the_item_of_its_link(item, begin):
    ai, value, refinements = item
    found = scan(begin + "\x1d".join(name + text for name, text in {ai: value, **refinements}.items()))
    assert found.parts == {ai: value, **refinements}
    link = scan(found.item.uri)
    assert (link.item, link.spelling) == (found.item, "digital-link")


def test_a_wrong_attribute_is_left_out_and_told():
    found = scan("https://a.example/01/06901234567892/22/V2/21/A1?17=27&3103=000195&linkType=all")
    assert found.parts == {"01": "06901234567892", "22": "V2", "21": "A1", "3103": "000195"}
    assert found.item.uri == MILK
    assert "(17) 27" in found.notes[0]


def test_a_companys_own_code_is_recognised_by_its_rule():
    for text in ("MKB000173", "https://code.example.com/crate/MKB000173", "HTTPS://CODE.EXAMPLE.COM/crate/MKB000173", "]Q1MKB000173"):
        found = scan(text, [CRATES])
        assert (found.scheme, found.rule, found.spelling) == ("own", "crates", "own")
        assert found.item.uri == "https://code.example.com/crate/MKB000173"
        assert found.parts == {"line": "B", "counter": "00017", "check": "3"}
    assert parse("https://code.example.com/crate/MKB000173") == found.item
    for text, says in (("MKB000175", "the right ones are 3"), ("MKBOOO173", "holds 'O'"), ("MKB00017", "no known form")):
        with pytest.raises(InvalidCode, match=says):
            scan(text, [CRATES])
    with pytest.raises(InvalidCode, match="no known form"):
        scan("MKB000173")


def test_a_code_with_two_readings_is_refused_and_both_are_named():
    with pytest.raises(
        InvalidCode, match=r"numbers https://code.example.com/n/6901234567892 or GTIN in digits https://id.gs1.org/01/06901234567892"
    ):
        scan("6901234567892", [NUMBERS])
    assert scan("]E06901234567892", [NUMBERS]).spelling == "gtin", "the symbol says which"
    assert scan("https://code.example.com/n/6901234567892", [NUMBERS]).rule == "numbers"
    with pytest.raises(InvalidCode, match="the right one is 2"):
        scan("6901234567893", [NUMBERS])


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=60), st.text("0123456789ABCDEF]({^<>GS}~:/.- \x1d", max_size=40)))
def test_any_text_gives_an_item_or_a_reason(text):
    found = reading(text, [CRATES, NUMBERS])
    if isinstance(found, InvalidCode):
        assert found.field
        assert found.problem
    else:
        assert parse(found.item.uri) == found.item
        assert json.loads(json.dumps(found.as_json()))["code"] == found.item.uri


def ledger(*words: str, given: str = "") -> tuple[int, list[str], str]:
    ran = CliRunner().invoke(main, ["scan", *words], prog_name="ledger", input=given)
    return ran.exit_code, ran.stdout.splitlines(), ran.stderr


def test_the_command_line_gives_one_result_a_line():
    code, lines, _ = ledger("--json", "]d2010690123456789210L7{GS}21A1")
    assert code == 0
    (told,) = map(json.loads, lines)
    assert (told["scheme"], told["code"]) == ("gs1", MILK)
    assert told["parts"] == {"01": "06901234567892", "10": "L7", "21": "A1"}
    assert told["carrier"] == "GS1 DataMatrix"
    code, lines, errors = ledger("-", given=f"{EPC}\n\n6901234567893\n81234567890123456789\n")
    assert (code, len(lines)) == (1, 2)
    assert "the right one is 2" in errors
    assert ledger()[0] == 2
    assert lines[0].startswith("https://id.gs1.org/01/80614141123458/21/6789  [gs1: content of an RFID tag]  GTIN (01) 80614141123458")


def test_a_text_that_is_nothing_is_told_as_json_too():
    code, lines, errors = ledger("--json", "6901234567893")
    assert (code, lines) == (1, [])
    assert json.loads(errors)["error"]["fix"] == "the right one is 2: 6901234567892"
