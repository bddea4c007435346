"""What RFID tags hold: every vector both ways, random round trips, and what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.cli import main
from ledger_client.codes import canonical, characters, parse
from ledger_client.codes.epc_binary import decode, encode, from_raw_uri, from_tag_uri, read
from ledger_client.codes.epc_layouts import LAYOUTS, PREFIX_BITS, Layout
from ledger_client.codes.epc_urn import urn_of
from ledger_client.codes.urn import escaped
from ledger_client.epcis.document import read as read_document
from ledger_client.epcis.judge import judge_all
from ledger_client.errors import InvalidCode
from tests.codes.test_item_codes import CODES
from tests.epcis.vectors import load

TAGS = load("tds-binary.json")
EPC = "3074257BF7194E4000001A85"


@pytest.mark.parametrize("vector", TAGS, ids=lambda vector: vector["tagURI"])
def test_hex_tag_uri_and_identity_lead_to_each_other(vector):
    tag = decode(vector["hex"])
    assert (tag.uri, tag.identity, tag.hex) == (vector["tagURI"], vector["pureIdentity"], vector["hex"])
    assert encode(tag.identity, tag.filter, tag.scheme) == from_tag_uri(tag.uri) == decode(vector["hex"].lower()) == tag
    assert (
        from_raw_uri(f"urn:epc:raw:{4 * len(tag.hex)}.x{tag.hex}")
        == from_raw_uri(f"urn:epc:raw:{4 * len(tag.hex)}.{int(tag.hex, 16)}")
        == tag
    )
    assert parse(vector["hex"]) == tag.item == parse(vector["elementString"])
    assert urn_of(parse(vector["elementString"]), tag.prefix_length) == tag.identity


def test_the_vectors_are_all_there():
    assert len(TAGS) == 11


def _number(bits: int) -> st.SearchStrategy[str]:
    return st.integers(0, (1 << bits) - 1).map(str)


def _serial(layout: Layout) -> st.SearchStrategy[str]:
    kinds = {
        "number": _number(layout.last_bits),
        "counted": st.text("0123456789", min_size=1, max_size=12),
        "text": st.text(sorted(characters.SET_82), min_size=1, max_size=layout.last_bits // 7).map(escaped),
    }
    return kinds[layout.last]


@st.composite
def identities(draw: st.DrawFn) -> tuple[Layout, str]:
    """Any identity that a layout holds."""
    layout = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))]
    length = draw(st.sampled_from(sorted(PREFIX_BITS)))
    parts = [draw(st.text("0123456789", min_size=length, max_size=length))]
    if layout.digits:
        parts.append(draw(st.text("0123456789", min_size=layout.digits - length, max_size=layout.digits - length)))
    elif layout.reference == "number":
        parts.append(draw(_number(min(layout.shared - PREFIX_BITS[length], 40))))
    else:
        parts.append(escaped(draw(st.text(sorted(characters.SET_82), min_size=1, max_size=18))))
    if layout.pieces:
        parts += ["01", f"{draw(st.integers(1, 99)):02d}"]
    if layout.last:
        parts.append(draw(_serial(layout)))
    return layout, f"urn:epc:id:{layout.scheme}:{'.'.join(parts)}"


@settings(deadline=None, max_examples=300)
@given(identities(), st.integers(0, 7))
def test_what_was_written_into_a_tag_is_read_from_it(drawn, filter_value):
    layout, identity = drawn
    tag = encode(identity, filter_value, layout.name)
    assert decode(tag.hex) == tag
    assert decode(tag.hex.ljust((layout.bits + 15) // 16 * 4, "0")) == tag, "as a reader gives it, in words of 16 bits"
    assert (tag.identity, tag.filter, tag.scheme) == (identity, filter_value, layout.name)
    assert from_tag_uri(tag.uri) == tag
    assert canonical(tag.hex) == canonical(identity)


@settings(deadline=None)
@given(st.sampled_from(sorted({layout.header for layout in LAYOUTS.values()})), st.binary(min_size=11, max_size=11))
def test_any_bits_are_read_or_refused_with_a_reason_and_never_read_as_something_else(header, rest):
    text = f"{header:02X}{rest.hex()}"
    try:
        tag = decode(text)
    except InvalidCode:
        return
    assert encode(tag.identity, tag.filter, tag.scheme).hex.rstrip("0") == text.upper().rstrip("0")


@pytest.mark.parametrize("vector", [one for one in CODES["accepted"] if one["scheme"] == "gs1"], ids=lambda vector: vector["text"][:60])
def test_every_gs1_code_has_a_urn_that_leads_back_to_it(vector):
    item = parse(vector["text"])
    if item.key == "8006" and "10" in item.parts:
        with pytest.raises(InvalidCode, match="no EPC URN"):
            urn_of(item, 7)
    else:
        assert canonical(urn_of(item, 7)) == item.uri


def test_the_shortest_scheme_is_taken_that_holds_the_serial():
    assert encode("urn:epc:id:sgtin:6901234.056789.1001").scheme == "sgtin-96"
    assert encode("urn:epc:id:sgtin:6901234.056789.0010").scheme == "sgtin-198", "a leading zero is no number"
    assert encode("urn:epc:id:sgtin:6901234.056789.274877906944").scheme == "sgtin-198", "one more than 38 bits hold"
    assert encode("urn:epc:id:sgtin:6901234.056789.A%2F1").scheme == "sgtin-198"


def test_the_company_prefix_is_taken_from_those_that_are_known():
    item = parse("(01)06901234567892(21)A1")
    assert urn_of(item, prefixes=["6901234", "460"]) == "urn:epc:id:sgtin:6901234.056789.A1"
    with pytest.raises(InvalidCode, match="give the company prefix length"):
        urn_of(item)
    with pytest.raises(InvalidCode, match="prefixes of 7 and 8 digits"):
        urn_of(item, prefixes=["6901234", "69012345"])
    with pytest.raises(InvalidCode, match="names no GS1 key"):
        urn_of(parse("https://a.example/x"), 7)
    with pytest.raises(InvalidCode, match="does not fit"):
        urn_of(parse("https://id.gs1.org/8004/0614141AB"), 8)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3000" + EPC, f"without its first four digits, the protocol control word, it is {EPC}"),
        (EPC[:-2], "SGTIN-96 has 24"),
        ("E2801160600002084F2E3BB4", "a tag's own number"),
        ("F7" + EPC[2:], "TDS 2"),
        ("99" + EPC[2:], "which no EPC scheme has"),
        ("307C257BF7194E4000001A85", "partition value 7"),
        ("310E92272C0245B7C0000001", "reserves"),
        ("30" + "77" + "F" * 20, "longer than 7 digits"),
        ("36" + EPC[2:] + "0" * 26, "no text of GS1's character set"),
        ("3635A537C83775664FA8B60B1000000000000000000000000001", "goes on behind the 198 bits"),
        ("XY", "not hex digits"),
    ],
)
def test_what_no_tag_holds_is_refused_with_the_reason(text, says):
    with pytest.raises(InvalidCode, match=says):
        decode(text)


@pytest.mark.parametrize(
    ("identity", "scheme", "says"),
    [
        ("urn:epc:id:sgtin:6901234.056789.A1", "sgtin-96", "take the longer scheme"),
        ("urn:epc:id:sgtin:6901234.056789.001", "sgtin-96", "begins with 0"),
        ("urn:epc:id:sgtin:6901234.056789.274877906944", "sgtin-96", "at most 274877906943"),
        ("urn:epc:id:sgtin:6901234.056789.1", "sscc-96", "does not hold a sgtin"),
        ("urn:epc:class:lgtin:6901234.056789.L1", "", "no lot and no pattern"),
        ("urn:epc:id:pgln:6901234.00004", "", "has no binary form here"),
        ("urn:epc:id:grai:6901234.05678.12345678901234567", "grai-170", "needs 14 to 30"),
        ("urn:epc:tag:sgtin-97:3.0614141.812345.6789", "", "no pure identity"),
    ],
)
def test_what_a_tag_cannot_hold_is_refused_with_the_fix(identity, scheme, says):
    with pytest.raises(InvalidCode, match=says):
        encode(identity, 0, scheme)


def test_tag_and_raw_uris_of_another_form_are_refused():
    for text, says in (
        ("urn:epc:tag:sgtin-97:3.0614141.812345.6789", "is not known here"),
        ("urn:epc:tag:sgtin-96:9.0614141.812345.6789", "no EPC tag URI"),
        ("urn:epc:raw:96.y00", "no EPC raw URI"),
        ("urn:epc:raw:8.xFFFF", "does not fit 8 bits"),
    ):
        with pytest.raises(InvalidCode, match=says):
            read(text)
    assert read("urn:epc:id:sgtin:6901234.056789.1") is None


def test_capture_takes_identities_only_and_names_the_right_one():
    with pytest.raises(InvalidCode, match=r"use the pure identity, urn:epc:id:sgtin:0614141\.812345\.6789"):
        parse("urn:epc:tag:sgtin-96:3.0614141.812345.6789")


def ledger(*words: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(main, ["epc", *words], prog_name="ledger")
    return ran.exit_code, ran.stdout.strip(), ran.stderr.strip()


def test_the_command_line_goes_both_ways():
    assert ledger(EPC) == (0, "urn:epc:id:sgtin:0614141.812345.6789", "")
    assert ledger("0x" + EPC.lower()) == ledger("30 74 25 7B F7 19 4E 40 00 00 1A 85") == ledger(EPC)
    assert ledger("urn:epc:tag:sgtin-96:3.0614141.812345.6789") == (0, EPC, "")
    assert ledger("urn:epc:id:sgtin:0614141.812345.6789", "--filter", "3") == (0, EPC, "")
    assert ledger("(01)80614141123458(21)6789", "--prefix-length", "7", "--filter", "3") == (0, EPC, "")
    assert ledger("(01)80614141123458(21)6789", "--prefix", "0614141", "--filter", "3") == (0, EPC, "")
    assert json.loads(ledger(EPC, "--json")[1]) == {
        "hex": EPC,
        "scheme": "sgtin-96",
        "filter": 3,
        "prefixLength": 7,
        "pureIdentity": "urn:epc:id:sgtin:0614141.812345.6789",
        "tagURI": "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
        "code": "https://id.gs1.org/01/80614141123458/21/6789",
    }


def test_the_command_line_says_no_with_the_fix_and_2_for_wrong_use():
    code, out, error = ledger("(01)80614141123458(21)6789")
    assert (code, out) == (1, "")
    assert "give the company prefix length" in error
    assert ledger(EPC, "--filter", "1")[0] == 2
    assert ledger("urn:epc:id:sgtin:0614141.812345.6789", "--filter", "8")[0] == 2


def test_an_event_names_things_by_uri_and_not_by_the_bits_of_a_tag():
    event = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-09-01T06:10:00Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": [EPC],
    }
    envelope = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-01T06:10:00Z",
    }
    document = read_document(json.dumps({**envelope, "epcisBody": {"eventList": [event]}}).encode())
    (judged,) = judge_all(document)
    assert [problem.field for problem in judged.problems] == ["$.epcisBody.eventList[0].epcList[0]"]
