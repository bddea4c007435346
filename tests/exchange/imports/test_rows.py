"""Each row becomes an event, or says in which column what is wrong; no row is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from exchange.imports.event import Setting
from exchange.imports.files import read
from exchange.imports.mapping import of_json
from exchange.imports.rows import Reading, column_of, document
from exchange.imports.rows import read as events_of
from ledger_client.epcis.document import read as read_document
from ledger_client.epcis.judge import judge
from ledger_client.errors import InvalidInput
from tests.exchange.imports.tables import FIELDS, csv, definition, line, mapping

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def reading(rows: list[list[str]], **changes: Any) -> Reading:
    return events_of(read(csv(rows)), Setting(mapping(**changes), NOW, "1"))


def told(found: Reading) -> list[tuple[int, str, str]]:
    return [(one.number, one.fault.column if one.fault else "", one.fault.problem if one.fault else "") for one in found.lines]


def test_a_row_is_an_event_that_keeps_the_rules_of_epcis():
    found = reading([line(1)])
    assert found.events == [
        {
            "type": "ObjectEvent",
            "eventTime": "2026-08-01T06:10:00+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "bizStep": "receiving",
            "bizTransactionList": [{"type": "desadv", "bizTransaction": "https://id.traceledger.org/document/DN-1"}],
            "bizLocation": {"id": "https://id.gs1.org/414/6901234000009"},
            "ext:moisture": "11.2",
            "quantityList": [{"epcClass": "https://id.gs1.org/01/06901234567892/10/L1", "quantity": 12.5, "uom": "KGM"}],
        }
    ]
    whole = read_document(orjson.dumps(document(found.events, Setting(mapping(), NOW))))
    assert judge(whole.events[0], whole, whole.paths[0]).problems == []


def test_rows_of_one_delivery_note_are_one_event_with_all_items():
    found = reading([line(1, 送货单="A"), line(2, 送货单="B"), line(3, 送货单="A")], group="送货单")
    assert [len(event["quantityList"]) for event in found.events] == [2, 1]
    assert [(one.number, one.event) for one in found.lines] == [(2, 0), (3, 1), (4, 0)]


def test_a_wrong_row_holds_its_event_back_and_the_others_of_it_name_it():
    found = reading([line(1, 送货单="A"), line(2, 送货单="A", 日期="2026-08-02"), line(3), line(4, 送货单="")], group="送货单")
    assert told(found) == [
        (2, "", "is held back, because row 3 of the same event is wrong"),
        (3, "日期", "is '2026-08-02', but '2026-08-01 06:10' in row 2 of the same event"),
        (4, "", ""),
        (5, "送货单", "is empty, so the row belongs to no event"),
    ]


@pytest.mark.parametrize(
    ("changes", "column", "problem"),
    [
        ({"日期": "2026-02-30"}, "日期", "'2026-02-30' is not in the calendar"),
        ({"日期": "01.08.2026"}, "日期", "'01.08.2026' is not in the calendar"),
        ({"日期": "soon"}, "日期", "'soon' is no date"),
        ({"日期": "2062-08-01"}, "日期", "'2062-08-01' is in the future"),
        ({"日期": ""}, "日期", "is empty"),
        ({"箱码": "(01)06901234567893(10)L1"}, "箱码", "GTIN 06901234567893 has the check digit 3, which is wrong"),
        ({"箱码": ""}, "箱码", "is empty"),
        ({"箱码": "6901234567892 6901234567892"}, "箱码", "'6901234567892 6901234567892' stands twice in the same event"),
        ({"数量": "1,5"}, "数量", "'1,5' is no number"),
        ({"数量": "0"}, "数量", "'0' is no quantity"),
        ({"单位": "甲"}, "单位", "'甲' is no unit"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(changes: dict[str, str], column: str, problem: str):
    found = reading([line(1), line(2, **changes), line(3)])
    assert told(found) == [(2, "", ""), (3, column, problem), (4, "", "")]
    assert found.lines[1].fault
    assert found.lines[1].fault.fix or problem == "is empty"
    assert len(found.events) == 2


@pytest.mark.parametrize(
    ("text", "order", "when"),
    [
        ("2026/8/1", "ymd", "2026-08-01T00:00:00+08:00"),
        ("2026年8月1日 06:10", "dmy", "2026-08-01T06:10:00+08:00"),
        ("01.08.2026 6:10", "dmy", "2026-08-01T06:10:00+08:00"),
        ("08/01/2026 06:10:30", "mdy", "2026-08-01T06:10:30+08:00"),
        ("01082026", "dmy", "2026-08-01T00:00:00+08:00"),
        ("2026-08-01T06:10:00Z", "mdy", "2026-08-01T14:10:00+08:00"),
    ],
)
def test_dates_are_read_in_the_mappings_order_and_zone(text: str, order: str, when: str):
    assert reading([line(1, 日期=text)], dates=order).events[0]["eventTime"] == when


def test_an_hour_that_summer_time_leaves_out_is_refused():
    found = reading([line(1, 日期="2026-03-29 02:30")], zone="Europe/Berlin")
    assert told(found) == [(2, "日期", "'2026-03-29 02:30' is an hour that Europe/Berlin leaves out")]


def test_a_rows_key_names_its_event_for_ever_and_stands_once_in_a_file():
    first, second = reading([line(1)], key="送货单"), reading([line(1, 水分="12")], key="送货单")
    assert first.events[0]["eventID"] == second.events[0]["eventID"]
    assert told(reading([line(1), line(2, 送货单="DN-1")], key="送货单")) == [(2, "", ""), (3, "送货单", "has the key of row 2")]
    assert told(reading([line(1, 送货单="")], key="送货单")) == [(2, "送货单", "is empty")]


def test_packing_and_transforming_fill_the_lists_of_their_events():
    pallet = {"type": {"value": "AggregationEvent"}, "action": {"value": "ADD"}, "parent": {"value": "(00)369012345681234560"}}
    packed = reading([line(1)], fields=FIELDS | pallet).events[0]
    assert (packed["parentID"], len(packed["childQuantityList"])) == ("https://id.gs1.org/00/369012345681234560", 1)
    made = reading([line(1)], fields=FIELDS | {"type": {"value": "TransformationEvent"}, "outputs": {"value": "(01)06901234567892(21)A1"}})
    assert made.events[0]["outputEPCList"] == ["https://id.gs1.org/01/06901234567892/21/A1"]
    assert "action" not in made.events[0]


def test_a_path_of_a_judged_event_leads_back_to_its_column():
    assert column_of("$.epcisBody.eventList[7].quantityList[0].epcClass", mapping()) == "箱码"
    assert column_of("$.epcisBody.eventList[7]['ext:moisture']", mapping()) == "水分"
    assert column_of("$.epcisBody.eventList[7].bizStep", mapping()) == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fields": {**FIELDS, "colour": {"value": "red"}}}, "fields.colour"),
        ({"fields": {**FIELDS, "ext:a b": {"value": "red"}}}, "fields.ext:a b"),
        ({"fields": {**FIELDS, "step": {"value": "x", "column": "y"}}}, "fields.step"),
        ({"fields": {**FIELDS, "type": {"value": "Event"}}}, "fields.type"),
        ({"fields": {"items": {"column": "a"}}}, "fields.time"),
        ({"fields": {"time": {"column": "a"}}}, "fields.items"),
        ({"dates": "ydm"}, "dates"),
        ({"zone": "Moon/Base"}, "zone"),
        ({"namespace": "nothing"}, "namespace"),
    ],
)
def test_a_mapping_that_will_not_do_names_the_field(changes: dict[str, Any], field: str):
    with pytest.raises(InvalidInput) as told:
        of_json(definition(**changes))
    assert told.value.field == field


def test_a_lot_in_a_column_of_its_own_completes_the_gtin_beside_it():
    fields = FIELDS | {"lot": {"column": "水分"}}
    found = reading(
        [line(1, 箱码="6901234567892", 水分="L(7"), line(2, 水分="L8"), line(3, 箱码="6901234567892", 水分="L中")], fields=fields
    )
    assert found.events[0]["quantityList"][0]["epcClass"] == "https://id.gs1.org/01/06901234567892/10/L(7"
    assert [(row, column) for row, column, _ in told(found)] == [(2, ""), (3, "水分"), (4, "水分")]
    assert "belongs to a GTIN" in told(found)[1][2]
    found = reading([line(1, 箱码="6901234567892", 水分="A1")], fields=FIELDS | {"serial": {"column": "水分"}})
    assert found.events[0]["epcList"] == ["https://id.gs1.org/01/06901234567892/21/A1"]


def test_steps_are_read_in_the_words_of_ledgers():
    fields = FIELDS | {"step": {"column": "水分"}}
    found = reading(
        [line(1, 水分="收货"), line(2, 水分="shipping"), line(3, 水分="瞎写"), line(4, 水分="https://example.com/step")], fields=fields
    )
    assert [event["bizStep"] for event in found.events] == ["receiving", "shipping", "https://example.com/step"]
    assert told(found)[2][1:] == ("水分", "'瞎写' is no business step")


def test_a_unit_that_counts_packages_is_refused_because_nobody_knows_what_they_hold():
    assert told(reading([line(1, 单位="箱")])) == [(2, "单位", "'箱' counts packages")]


@pytest.mark.parametrize("damaged", ["8.1E+19", "8.12345678901235E+19", "81234567890123400000"])
def test_a_code_that_a_spreadsheet_damaged_is_refused_with_what_to_do(damaged: str):
    (one,) = reading([line(1, 箱码=damaged)]).lines
    assert "damaged by a spreadsheet" in one.fault.problem
    assert "format the column as text" in one.fault.fix


def test_a_spreadsheets_count_of_days_is_refused_with_the_date_that_it_may_be():
    (one,) = reading([line(1, 日期="46235.25")]).lines
    assert (one.fault.column, one.fault.problem) == ("日期", "'46235.25' is a spreadsheet's count of days, perhaps 2026-08-01")
