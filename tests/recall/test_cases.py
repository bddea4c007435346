"""A recall case: what a suspicion finds, where all of it is and whose, and what the chain keeps of it."""

import hashlib

import pytest

from ledger_client.codes import parse
from ledger_client.errors import InvalidInput, Refused
from recall import cases
from recall.cases import units
from recall.cases.digest import line
from recall.cases.opening import Wanted, open_case, refresh
from recall.suspicion import asked
from recall.suspicion.starts import begin
from records import contents, queries
from tests.recall.conftest import LIN, ZHOU
from tests.records.documents import OTHER
from tests.tracing.plant import ALL, PLACES, amount, crate, item, lot, pallet, short
from tracing.ask import trace

DAIRY, SHOP = "https://id.gs1.org/417/6901234000016", "https://id.gs1.org/417/6901234000023"
VOC = {"@context": [{"tl": "https://id.traceledger.org/voc/"}]}
MDA = {"@context": [{"cbvmda": "urn:epcglobal:cbv:mda:"}]}


def handed(giver=DAIRY, taker=SHOP, to="shop"):
    """The lists of a shipment that changes the owner; of an outsider no place is said."""
    ends = [{"type": "owning_party", "destination": taker}]
    ends += [{"type": "location", "destination": PLACES[to]}] if taker in (DAIRY, SHOP) else []
    return {"sourceList": [{"type": "owning_party", "source": giver}], "destinationList": ends}


def made(plant, name, at=None, **said):
    """Raw milk comes into being."""
    return plant.write("ObjectEvent", at, action="ADD", bizStep="commissioning", quantityList=[amount(lot(name, "000001"), 500)], **said)


def milk(plant):
    """Raw milk of two tanks; of one, two lots of cartons: one to the shop, where some are sold, one still here."""
    made(plant, "T7", **VOC, **{"tl:operator": "王芳"})
    made(plant, "T8")
    plant.make([amount(lot("T7", "000001"), 500)], [amount(lot("A"), 100, ""), amount(lot("B"), 80, "")], readPoint={"id": PLACES["dock"]})
    plant.move(lots=[amount(lot("A"), 60, "")], to=None, **handed())
    plant.move(lots=[amount(lot("A"), 60, "")], to=None, step="receiving", signer=OTHER, readPoint={"id": PLACES["shop"]}, **handed())
    plant.move(lots=[amount(lot("A"), 20, "")], to=None, step="retail_selling", signer=OTHER, readPoint={"id": PLACES["shop"]})


def opened(plant, by=LIN, kind="recall", **suspicion):
    """Open a case."""
    plant.index()
    with plant.sessions.begin() as session:
        return open_case(session, Wanted("抗生素残留", "antibiotics in tank 7", asked.of(suspicion), kind), by, ALL).id


def found(plant, **suspicion):
    """The starts of a suspicion, each as the last part of its code."""
    plant.index()
    with plant.sessions() as session:
        begun = begin(session, asked.of(suspicion), ALL)
        return sorted(code.rpartition("/")[2] for code in begun.codes.values())


def owners(plant, case):
    """(member, party) -> {(lot, state): quantity}; summed over what becomes of them."""
    with plant.sessions() as session:
        told = {}
        for one in cases.units_by_owner(session, cases.one(session, case)):
            for share in one.shares:
                key = (one.member_id, one.party, share.product.rpartition("/")[2][-6:-1], share.state, share.outcome)
                told[key] = told.get(key, 0) + (share.quantity or 0)
        return told


def journey(plant, case):
    """The acts on the case's code, as its events tell them."""
    with plant.sessions() as session:
        code = cases.one(session, case).code
        steps = trace(session, parse(code), "forward", ALL).steps
        held = contents.opened(session, queries.records(session, [step.record for step in steps]).values())
        events = [held[step.record].event() for step in steps]
    return [{name.removeprefix("traceledger:"): value for name, value in event.items() if ":" in name} for event in events]


def test_a_case_tells_whose_the_units_are_and_where(plant):
    milk(plant)
    case = opened(plant, codes=[lot("T7", "000001")])
    raw, cartons = "00001", "56780"
    assert owners(plant, case) == {
        (1, "", raw, "used", ""): 500, (1, "", cartons, "here", ""): 120,
        (2, "", cartons, "here", ""): 40, (2, "", cartons, "sold", ""): 20,
    }  # fmt: skip


def test_a_thing_that_goes_to_nobody_of_the_consortium_is_told_by_its_party(plant):
    milk(plant)
    abroad = "https://id.gs1.org/417/6901234000030"
    plant.move(lots=[amount(lot("B"), 30, "")], to=None, **handed(taker=abroad))
    told = owners(plant, opened(plant, codes=[lot("B")]))
    assert told == {(1, "", "56780", "here", ""): 50, (None, abroad, "56780", "transit", ""): 30}


def test_a_suspicion_finds_its_events_and_the_things_that_they_changed(plant):
    milk(plant)
    warm = {"type": "Temperature", "value": 9.5, "uom": "CEL"}
    other = {"type": "RelativeHumidity", "value": 70, "uom": "CEL"}
    cold = {"type": "Temperature", "value": 3.5, "uom": "CEL"}
    sensed = {"sensorElementList": [{"sensorMetadata": {"deviceID": "urn:device:1"}, "sensorReport": [warm]}]}
    plant.move(lots=[amount(lot("B"), 80, "")], to=None, step="storing", **sensed)
    plant.move([pallet(1)], to=None, step="storing", sensorElementList=[{"sensorReport": [cold, other]}])
    assert found(plant, places=[PLACES["dock"]]) == ["A", "B"]
    assert found(plant, operators=["王芳"]) == ["T7"]
    assert found(plant, machines=["urn:device:1"]) == ["B"]
    assert found(plant, suppliers=[DAIRY], codes=[lot("A")]) == ["A"]
    assert found(plant, reading={"type": "Temperature", "uom": "CEL", "above": 6}) == ["B"]
    assert found(plant, reading={"type": "Temperature", "uom": "CEL", "below": 5}) == [short(plant.trace(pallet(1))).popitem()[0]]
    assert found(plant, products=["06901234567809"], since="2030-09-01T04:00:00Z", before="2030-09-01T06:00:00Z") == ["A"]
    assert found(plant, codes=[lot("T7", "000001")], places=[PLACES["dock"]]) == ["A", "B"]


FILLER, BELT = "urn:epc:id:giai:6901234.FILLER3", "https://id.gs1.org/414/6901234000016/254/BELT2"
WANG = "https://id.gs1.org/8017/690123400000000001"


def test_a_machine_and_an_operator_are_found_where_events_name_them_by_their_codes(plant):
    made(plant, "M1", readPoint={"id": BELT})
    plant.write("AggregationEvent", action="ADD", bizStep="packing", parentID=FILLER, childQuantityList=[amount(lot("M2"), 5)])
    plant.write("ObjectEvent", action="OBSERVE", bizStep="inspecting", epcList=[FILLER, item(7)])
    plant.write("ObjectEvent", action="OBSERVE", bizStep="repairing", epcList=[FILLER])
    plant.write("ObjectEvent", action="OBSERVE", bizStep="inspecting", epcList=[WANG], quantityList=[amount(lot("P1"), 5)])
    handed_over = {"destinationList": [{"type": "possessing_party", "destination": WANG}]}
    plant.move(lots=[amount(lot("P2"), 5)], to=None, step="loading", **handed_over)
    assert found(plant, machines=[BELT]) == ["M1"]
    for spelling in (FILLER, "https://id.gs1.org/8004/6901234FILLER3", "(8004)6901234FILLER3"):
        assert found(plant, machines=[spelling]) == ["7", "M2"]
    assert found(plant, operators=["(8017)690123400000000001"]) == ["P1", "P2"]
    assert found(plant, operators=[WANG], machines=[FILLER]) == []
    assert found(plant, operators=["班组: 王"]) == []


def test_what_was_declared_wrong_is_no_suspicion(plant):
    said = {"readPoint": {"id": PLACES["dock"]}}
    made(plant, "X", 5, **said)
    made(plant, "X", 5, errorDeclaration={"declarationTime": "2030-09-02T00:00:00Z"}, **said)
    assert found(plant, places=[PLACES["dock"]]) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "suspicion"),
        ({"colour": ["red"]}, "suspicion.colour"),
        ({"codes": "L7"}, "suspicion.codes"),
        ({"codes": ["(01)12345"]}, "suspicion.codes"),
        ({"products": [pallet(1)]}, "suspicion.products"),
        ({"places": ["dock"]}, "suspicion.places"),
        ({"since": "yesterday"}, "suspicion.since"),
        ({"since": "2026-09-02", "before": "2026-09-01"}, "suspicion.before"),
        ({"reading": {"type": "Temperature", "uom": "CEL"}}, "suspicion.reading"),
        ({"reading": {"type": "Temperature", "uom": "CEL", "above": "hot"}}, "suspicion.reading.above"),
    ],
)
def test_a_suspicion_that_cannot_be_read_names_its_field(said, field):
    with pytest.raises(InvalidInput) as problem:
        asked.of(said)
    assert problem.value.field == field


def test_a_suspicion_is_what_it_was_after_it_was_kept():
    said = {"codes": [lot("A")], "since": "2026-09-01T00:00:00Z", "reading": {"type": "Temperature", "uom": "cel", "above": 6.5}}
    suspicion = asked.of(said)
    assert asked.of(asked.told(suspicion)) == suspicion


def test_a_suspicion_that_finds_nothing_opens_nothing(plant):
    with pytest.raises(InvalidInput, match="finds nothing"):
        opened(plant, codes=[lot("NONE")])


def test_the_list_of_units_has_the_hash_that_the_chain_bears(plant):
    milk(plant)
    case = opened(plant, codes=[lot("T7", "000001")])
    with plant.sessions() as session:
        rows = units.page_of(session, cases.one(session, case), limit=1000)
        lines = sorted(line(row.code, row.quantity, row.uom, row.state).encode() for row in rows)
    (event,) = journey(plant, case)
    assert event["act"] == "opened"
    assert event["sha256"] == hashlib.sha256(b"".join(one + b"\n" for one in lines)).hexdigest()
    assert event["suspicion"] == {"codes": [parse(lot("T7", "000001")).uri]}
    assert (event["units"], event["complete"]) == (3, True)


def test_what_arrives_later_is_added_and_told(plant):
    milk(plant)
    case = opened(plant, codes=[lot("T7", "000001")])
    plant.mark([item(1), item(2)], ilmd={"cbvmda:lotNumber": "B"}, **MDA)
    plant.pack(crate(5), [item(1)])
    with plant.sessions.begin() as session:
        told = refresh(session, case, LIN, ALL)
        assert (told.fresh, told.gone, told.units) == (2, 0, 5)
    assert [event["act"] for event in journey(plant, case)] == ["opened", "refreshed"]
    assert crate(5) not in {row.code for row in rows_of(plant, case)}


def rows_of(plant, case):
    """The rows of its units."""
    with plant.sessions() as session:
        return list(units.page_of(session, cases.one(session, case), limit=1000))


def test_numbers_count_by_kind_and_year(plant):
    milk(plant)
    numbers = []
    for kind in ("recall", "drill", "recall"):
        case = opened(plant, kind=kind, codes=[lot("A")])
        with plant.sessions() as session:
            numbers.append(cases.one(session, case).number)
    assert [(number[0], number[-3:]) for number in numbers] == [("R", "001"), ("D", "001"), ("R", "002")]


def test_only_the_member_that_opened_a_case_works_on_it(plant):
    milk(plant)
    case = opened(plant, codes=[lot("A")])
    with plant.sessions.begin() as session, pytest.raises(Refused, match="another member"):
        refresh(session, case, ZHOU, ALL)
