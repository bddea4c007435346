"""EPCIS in XML gives the events that a JSON document of the same content gives, and what is wrong is told by element and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_client.epcis.document import Document, read
from ledger_client.epcis.event_hash import event_id
from ledger_client.epcis.judge import faults_around, judge_all
from ledger_client.epcis.normalise import payload
from ledger_client.errors import InvalidEvent
from tests.epcis.test_commands import ledger
from tests.epcis.vectors import VECTORS

FOLDER = VECTORS / "xml"
OWN = FOLDER / "own__all_fields.xml"


def twin_of(path: Path) -> Path:
    name = path.with_suffix(".json").name
    return FOLDER / name if (FOLDER / name).exists() else VECTORS / "documents" / name


TWINS = [path for path in sorted(FOLDER.glob("openepcis__*.xml")) if "1_2" not in path.name]


def own(old: str = "", new: str = "") -> Document:
    text = OWN.read_text(encoding="utf-8")
    assert old in text
    return read(text.replace(old, new, 1).encode())


def problems(document: Document) -> list[str]:
    return [str(problem) for problem in faults_around(document)] + [str(one) for judged in judge_all(document) for one in judged.problems]


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_an_event_in_xml_has_the_id_of_its_twin_in_json(path: Path):
    xml, json = read(path.read_bytes()), read(twin_of(path).read_bytes())
    assert [event_id(event, xml.prefixes) for event in xml.events] == [event_id(event, json.prefixes) for event in json.events]
    assert len(xml.events) > 0


def test_there_are_as_many_twins_as_there_were():
    assert len(TWINS) == 19


@pytest.mark.parametrize("name", ["own__all_fields.xml", "own__all_fields_1_2.xml"])
def test_every_field_of_every_type_gives_the_very_bytes_that_json_gives(name: str):
    xml, json = read((FOLDER / name).read_bytes()), read((FOLDER / "own__all_fields.json").read_bytes())
    assert problems(xml) == problems(json) == []
    stored = [payload(judged.event) for judged in judge_all(xml)]
    assert stored == [payload(judged.event) for judged in judge_all(json)]
    assert len(stored) == 5
    assert xml.vocabulary == json.vocabulary


def test_a_document_of_the_pharma_guideline_in_1_2_is_valid_and_brings_its_master_data():
    document = read((FOLDER / "openepcis__1_2__GS1_US_Pharma.xml").read_bytes())
    assert problems(document) == []
    assert [event["type"] for event in document.events].count("AggregationEvent") == 4
    assert document.vocabulary[0]["vocabularyElementList"][0]["attributes"][2]["attribute"] == "Epcistra"
    assert document.events[0]["ilmd"] == {"cbvmda:lotNumber": "A123", "cbvmda:itemExpirationDate": "2025-03-27"}


def test_types_that_the_writer_states_are_kept():
    event = own("<ex:axles>3", '<ex:axles xmlns:xsd="http://www.w3.org/2001/XMLSchema" xsi:type="xsd:integer">3').events[0]
    assert event["ex:truck"]["ex:axles"] == 3


def test_a_prefix_that_means_two_things_in_one_event_is_told_apart():
    event = own('<mes:note xmlns:mes="urn:example:mes">', '<mes:note xmlns:mes="urn:example:other">').events[0]
    assert event["ns1:note"] == "a < b & c"
    assert event["@context"] == {"mes": "urn:example:mes", "ns1": "urn:example:other"}


def test_attributes_and_languages_of_extensions_are_kept():
    event = own("<ex:seal>S1", '<ex:seal xml:lang="zh" ex:by="李雷">S1').events[0]
    assert event["ex:seal"][0] == {"@language": "zh", "ex:by": "李雷", "@value": "S1"}


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("<action>ADD", "<action>FOO", "line 21: /EPCISDocument/EPCISBody/EventList/ObjectEvent[1]/action", "one of OBSERVE, ADD, DELETE"),
        ("<eventTime>2026-09-01T06:10:00+08:00</eventTime>", "", "ObjectEvent[1]/eventTime", "is missing"),
        ("<quantity>12.5", "<quantity>many", "ObjectEvent[1]/quantityList/quantityElement[1]/quantity", "is not a number"),
        ("6901234.056789.1002</epc>", "6901234.056789</epc>", "ObjectEvent[1]/epcList/epc[1]", "has 2 parts"),
        ("bizstep:commissioning", "bizstep:commisioning", "ObjectEvent[1]/bizStep", "commissioning"),
        ('sDev="0.1"', 'sDev="low"', "ObjectEvent[1]/sensorElementList/sensorElement[1]/sensorReport[1]/@sDev", "is not a number"),
        ("btt:po", "btt:pox", "ObjectEvent[1]/bizTransactionList/bizTransaction[1]/@type", "btt:pox"),
        ("<action>OBSERVE", "<odd>1</odd><action>OBSERVE", "TransactionEvent[1]/odd", "no standard property"),
        ("<action>OBSERVE", "stray<action>OBSERVE", "TransactionEvent[1]/#text", "no standard property"),
        ("<action>OBSERVE", "<action>ADD</action><action>OBSERVE", "TransactionEvent[1]/action[2]", "no standard property"),
        ("<epcList><epc>", "<epcList>stray<epc>", "TransactionEvent[1]/epcList/epc[2]", "is not a text"),
        ("<cbvmda:lotNumber>L1</cbvmda:lotNumber>", "<lotNumber>L1</lotNumber>", "ObjectEvent[1]/ilmd/lotNumber", "prefix"),
        ("<AssociationEvent>", "<QuantityEvent/><AssociationEvent>", "QuantityEvent[1]", "QuantityEvent"),
        ('creationDate="2026-09-01T12:00:00+08:00"', 'creationDate="now"', "/EPCISDocument/@creationDate", "no date and time"),
    ],
)
def test_a_fault_is_told_by_element_and_line(old: str, new: str, place: str, said: str):
    found = problems(own(old, new))
    assert any(place in one and said in one for one in found), found


BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "' + "&b;" * 20 + '">]>'
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
BARE = "<EPCISDocument schemaVersion='2.0'><EPCISBody>%s</EPCISBody></EPCISDocument>"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (BOMB + "<a>&c;</a>", "has a document type"),
        ("<?xml version='1.0'?>\n<!-- <a> -->\n" + FILE + "<a>&b;</a>", "has a document type"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', "has a document type"),
        ((BOMB + "<a>&c;</a>").encode("utf-16"), "has a document type"),
        ("<a>" * 80 + "</a>" * 80, "nests deeper than 64 levels"),
        ("<a>" * 100_000, "nests deeper than 64 levels"),
        ("<a>&nbsp;</a>", "line 1: is not XML: Entity 'nbsp' not defined"),
        ("<a>\n<b>\n</a>", "line 3: is not XML: Opening and ending tag mismatch"),
        ("<!--" * 50_000, "is not XML"),
        ("<?" + " " * 500_000, "is not XML"),
        (b"<a>\xff</a>", "is not XML"),
        ("<invoice/>", "/invoice: is no EPCIS document"),
        (BARE % "", "/EPCISDocument/EPCISBody/EventList: is missing"),
        (BARE % "<EventList/><EventList/>", "stands there twice"),
        (BARE.replace("2.0", "3.0") % "<EventList/>", "/EPCISDocument/@schemaVersion: is '3.0'"),
        (BARE.replace(" schema", " xmlns:cbv='urn:mine' schema") % "<EventList/>", "xmlns:cbv: redefines the standard prefix cbv"),
    ],
)
def test_what_is_no_xml_or_could_do_harm_is_refused_as_a_whole(document: str | bytes, said: str):
    with pytest.raises(InvalidEvent) as refused:
        read(document if isinstance(document, bytes) else document.encode())
    assert said in str(refused.value)


def test_commands_take_xml_files_too():
    validated = ledger("validate", "--capture", OWN)
    assert (validated.returncode, validated.stdout.count("ok ")) == (0, 5)
    assert ledger("hash", OWN).stdout == ledger("hash", FOLDER / "own__all_fields.json").stdout
    refused = ledger("validate", "-", stdin=OWN.read_bytes().replace(b">OBSERVE<", b">observe<"))
    assert refused.returncode == 1
    assert "TransactionEvent[1]/action" in refused.stderr
