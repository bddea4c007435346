"""The public vectors of GS1's syntax engine and of the event hash's reference implementation."""

from __future__ import annotations

import pytest

from ledger_client.codes import element_string, parse
from ledger_client.codes.event_identifier import normalise
from ledger_client.codes.gs1_keys import KEYS
from ledger_client.errors import InvalidCode
from tests.epcis.vectors import load

LINKS = load("digital-link-parse.json")
PRINTED = load("ai-bracketed.json")
SCANNED = load("ai-process.json")
IDENTIFIERS = load("identifier-normalisation.json")
TAGS = load("tds-binary.json")

# Refused by GS1's engine, but not for what names the item. Out of scope of item codes are attributes in the query, of which
# we keep nothing, and what is no Digital Link at all and therefore an ordinary URI (spec 1.6).
OUT_OF_SCOPE = {
    "https://a/8004/9520614141234567?01=02345673": "attribute in the query has the wrong length",
    "https://a/8004/9520614141234567?01=2112345678900": "the same; the engine accepts it with zero-suppressed GTINs allowed",
    "https://example.com/01/09520123456788?99=XYZ&89=ABC123": "unknown identifier in the query",
    "https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&99=XYZ789": "attribute given twice",
    "https://a/01/12312312312333?99=ABC&999=faux": "unknown identifier in the query",
    "https://a/gtin/12312312312333": "short names, which spec 1.3 accepts",
    "https://a/01/416000336108": "GTIN of 12 digits, which spec 1.3 accepts",
    "https://[fe80::1%25lo]/01/12312312312333": "the host, of which we keep nothing",
    "https://$a/006141411234567890": "no key: an ordinary URI",
    "https://a/zzz/12312312312333": "no key: an ordinary URI",
    "http://a": "no key: an ordinary URI",
    "http://a/": "no key: an ordinary URI",
    "http://a/b/": "no key: an ordinary URI",
}


def test_no_vector_is_left_out():
    assert [len(vectors) for vectors in (LINKS, PRINTED, SCANNED, IDENTIFIERS, TAGS)] == [74, 18, 51, 43, 11]
    assert OUT_OF_SCOPE.keys() <= {vector["uri"] for vector in LINKS if not vector["accept"]}


@pytest.mark.parametrize("vector", LINKS, ids=lambda vector: vector["uri"])
def test_digital_links_are_accepted_as_gs1_does(vector):
    if vector["accept"] or vector["uri"] in OUT_OF_SCOPE:
        item = parse(vector["uri"])
        assert item.scheme == ("uri" if "ordinary URI" in OUT_OF_SCOPE.get(vector["uri"], "") else "gs1")
    else:
        with pytest.raises(InvalidCode):
            parse(vector["uri"])


@pytest.mark.parametrize("vector", [vector for vector in LINKS if vector["accept"]], ids=lambda vector: vector["uri"])
def test_a_digital_link_and_its_element_string_name_the_same_item(vector):
    link = parse(vector["uri"])
    if link.key == "8004":
        return  # its element string holds a GTIN as well: as a barcode it would name two things
    assert parse(vector["elements"].replace("^", "\x1d")).uri == link.uri


def _accepted(split, text):
    try:
        return split(text)
    except InvalidCode:
        return None


@pytest.mark.parametrize("vector", PRINTED, ids=lambda vector: vector["bracketed"])
def test_printed_element_strings_are_read_as_gs1_does(vector):
    elements = _accepted(element_string.split_bracketed, vector["bracketed"])
    assert (elements is not None) == vector["accept"]
    if elements is not None:
        assert elements == element_string.split_scanned(vector["unbracketed"].replace("^", "\x1d"))


@pytest.mark.parametrize("vector", SCANNED, ids=lambda vector: vector["unbracketed"] or "empty")
def test_scanned_element_strings_are_read_as_gs1_does(vector):
    text = vector["unbracketed"].replace("^", "\x1d")
    if text.startswith("\x1d"):
        assert (_accepted(element_string.split_scanned, text) is not None) == vector["accept"]
    else:
        assert _accepted(parse, text) is None, "without FNC1 it is no element string"


@pytest.mark.parametrize("vector", [vector for vector in SCANNED if vector["accept"]], ids=lambda vector: vector["unbracketed"])
def test_an_element_string_names_an_item_only_if_it_holds_a_key(vector):
    """Most of these vectors hold an identifier that names nothing (242 is a variant, 423 a country …): good data, but no item."""
    text = vector["unbracketed"].replace("^", "\x1d")
    has_key = any(ai in KEYS for ai, _ in element_string.split_scanned(text))
    assert (_accepted(parse, text) is not None) == has_key


@pytest.mark.parametrize("vector", TAGS, ids=lambda vector: vector["tagURI"])
def test_the_identity_in_a_tag_and_its_element_string_name_the_same_item(vector):
    """The tags themselves, URI or binary, are for readers to decode: the pure identity is what comes out of them."""
    assert parse(vector["pureIdentity"]) == parse(vector["elementString"])
    with pytest.raises(InvalidCode, match="use the pure identity"):
        parse(vector["tagURI"])


@pytest.mark.parametrize("vector", IDENTIFIERS, ids=lambda vector: vector["input"])
def test_the_event_hash_writes_identifiers_as_the_cbv_does(vector):
    assert normalise(vector["input"]) == vector["canonical"]


def test_the_event_hash_does_not_check_what_item_codes_check():
    wrong = "https://a.example/01/06901234567893/21/1"
    assert normalise(wrong) == "https://id.gs1.org/01/06901234567893/21/1"
    with pytest.raises(InvalidCode):
        parse(wrong)


def test_the_event_hash_encodes_what_came_from_a_urn_and_leaves_links_alone():
    assert normalise("urn:epc:id:sgtin:6901234.056789.a(b)") == "https://id.gs1.org/01/06901234567892/21/a%28b%29"
    assert normalise("https://a.example/01/06901234567892/21/a(b)") == "https://id.gs1.org/01/06901234567892/21/a(b)"
    assert normalise("https://a.example/01/06901234567892/21/a%2fb") == "https://id.gs1.org/01/06901234567892/21/a%2fb"


def test_a_grai_of_a_twelve_digit_prefix_is_converted():
    assert normalise("urn:epc:id:grai:401234512345..5678") == "https://id.gs1.org/8003/040123451234565678"


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:sgtin:6901234.05678.1",
        "urn:epc:id:gid:1.2.3",
        "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
        "urn:epc:id:sgtin:6901234.056789.123456789012345678901",
        "https://a.example/01/06901234567892/21/123456789012345678901",
        "https://a.example/01/06901234567892/",
        "https://a.example/01/０６９０１２３４５６７８９２",
        "http:",
        "geo:47.5,11.1",
    ],
)
def test_the_event_hash_leaves_alone_what_is_no_gs1_identifier(text):
    assert normalise(text) is None
