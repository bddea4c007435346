"""An order's codes become one file of labels, whatever is killed when; and are printed once somebody says so."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2
import pytest

from api.console.refusals import put
from api.console.words import ConsoleWords
from indexer import models as mirror
from issuing import issue, label_facts, label_jobs, label_templates, orders, states
from issuing.label_jobs import Wanted
from issuing.label_models import JobState, LabelPiece
from issuing.models import CodeState
from labels.printing import Form, piece_size
from labels.template import template
from ledger_client.codes.epc_binary import decode
from ledger_client.errors import Conflict, InvalidInput, NotFound
from records import capture
from records.models import Vocabulary
from tests.issuing.rules import GTIN, counter
from tests.labels.samples import field, read, zpl_bitmap
from tests.records.documents import OTHER, SIGNER, alone, event

DOMAIN = "https://id.example.com"
STEM = f"https://id.gs1.org/01/{GTIN}/21/"
SMALL = {
    "width": 40,
    "height": 20,
    "fields": [field("qr", "qr", 0, 0, 20, 20), field("lot", "text", 21, 1, 18, 8, text="{product} {lot}", size=6)],
}
TOLD = {"product": "牛奶", "lot": "L1"}


@pytest.fixture
def order(sessions, made):
    """Makes an order of so many codes, 000001 on."""
    found = made(counter(6))

    def order(quantity=10):
        with sessions.begin() as session:
            number = orders.place(session, 1, orders.Wanted(found.id, quantity, day=date(2026, 11, 26)), "wang.fang")[0].id
        with sessions.begin() as session:
            issue.step(session)
        return number

    return order


@pytest.fixture
def milk(sessions):
    with sessions.begin() as session:
        return label_templates.make(session, 1, "milk", template(SMALL), "li.na").id


def asked(sessions, order, milk, form=Form.ROLL, **more):
    with sessions.begin() as session:
        wanted = Wanted(form, DOMAIN, **(TOLD | more))
        return label_jobs.ask(session, orders.one(session, order), label_templates.one(session, milk), wanted, "li.na").id


def drawn(sessions):
    while True:
        with sessions.begin() as session:
            if not label_jobs.step(session):
                return


def job(sessions, number):
    with sessions() as session:
        found = label_jobs.one(session, number)
        return found.state, found.done, found.problem


def file(sessions, number):
    with sessions() as session:
        return label_jobs.file(session, label_jobs.one(session, number))


def test_an_order_becomes_a_file_and_its_codes_are_printed_when_somebody_says_so(sessions, order, milk):
    number, made = order(), None
    made = asked(sessions, number, milk)
    drawn(sessions)
    assert job(sessions, made) == (JobState.DONE, 10, None)
    with pypdfium2.PdfDocument(file(sessions, made)) as document:
        told = [read(page.render(scale=300 / 72).to_pil())["qr"][0] for page in document]
    assert told == [f"{DOMAIN}/01/{GTIN}/21/{count:06}" for count in range(1, 11)]
    with sessions.begin() as session:
        assert states.counts(session, orders.one(session, number))[CodeState.ISSUED] == 10
        assert label_jobs.confirm(session, label_jobs.one(session, made), "li.na") == 10
    with sessions.begin() as session:
        assert states.counts(session, orders.one(session, number))[CodeState.PRINTED] == 10
        with pytest.raises(Conflict, match="is printed"):
            label_jobs.confirm(session, label_jobs.one(session, made), "li.na")


def test_pieces_follow_each_other_and_one_that_was_lost_is_drawn_again(sessions, order, milk):
    number = order(1100)
    made = asked(sessions, number, milk, Form.ZPL_203)
    size = piece_size(template(SMALL), Form.ZPL_203)
    with sessions.begin() as session:
        assert label_jobs.step(session) == size
    assert job(sessions, made) == (JobState.RUNNING, size, None)
    with sessions() as session:
        label_jobs.step(session)
        session.rollback()  # killed
    assert job(sessions, made)[1] == size
    with sessions() as session, pytest.raises(Conflict, match=f"is still being made: {size:,} of 1,100"):
        label_jobs.file(session, label_jobs.one(session, made))
    drawn(sessions)
    labels = file(sessions, made).decode().split("^XZ\n")[:-1]
    assert len(labels) == 1100
    assert zpl_bitmap(labels[0] + "^XZ").size == (320, 160)
    with sessions() as session:
        assert session.query(LabelPiece).count() == 1


def test_a_part_of_an_order_is_printed_and_void_codes_get_no_label(sessions, order, milk):
    number = order()
    with sessions.begin() as session:
        states.move(session, [f"{STEM}000004"], CodeState.VOID, "li.na", "torn", member_id=1)
    made = asked(sessions, number, milk, first=3, quantity=3)
    drawn(sessions)
    with pypdfium2.PdfDocument(file(sessions, made)) as document:
        told = [read(page.render(scale=300 / 72).to_pil())["qr"][0][-6:] for page in document]
    assert told == ["000003", "000005"]
    with sessions.begin() as session:
        assert label_jobs.confirm(session, label_jobs.one(session, made), "li.na") == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"first": 11}, "first: is 11 — order 1 has codes 1 to 10"),
        ({"first": 8, "quantity": 4}, "quantity: is 4 — give 1 to 3"),
        ({"product": "很长的产品名称" * 9}, "label 1, field lot: is 8 mm high"),
        ({"tags": 7}, "tags: are written by thermal printers only"),
        ({"domain": "example"}, "domain: 'example' is no web address"),
    ],
)
def test_what_cannot_be_printed_is_refused_at_once(sessions, order, milk, wrong, message):
    number = order()
    wanted = Wanted(**({"form": Form.ROLL, "domain": DOMAIN} | TOLD | wrong))
    with sessions.begin() as session, pytest.raises(InvalidInput, match=message):
        label_jobs.ask(session, orders.one(session, number), label_templates.one(session, milk), wanted, "li.na")


def test_a_printer_with_rfid_writes_each_codes_tag(sessions, order, milk):
    made = asked(sessions, order(3), milk, Form.ZPL_203, tags=7)
    drawn(sessions)
    written = re.findall(r"A\^FD([0-9A-F]+)\^FS", file(sessions, made).decode())
    assert [decode(one).item.uri for one in written] == [f"{STEM}{number:06}" for number in (1, 2, 3)]


def test_a_file_is_thrown_away_after_a_week(sessions, order, milk):
    made = asked(sessions, order(), milk)
    drawn(sessions)
    with sessions.begin() as session:
        assert label_jobs.forget(session) == 0
        found = label_jobs.one(session, made)
        assert label_jobs.has_file(found)
        found.finished_at -= label_jobs.KEPT
    with sessions.begin() as session:
        assert label_jobs.forget(session) == 1
        assert not label_jobs.has_file(label_jobs.one(session, made))
    with pytest.raises(Conflict, match="was thrown away 7 days after"):
        file(sessions, made)


def test_a_template_is_changed_by_one_at_a_time(sessions, milk):
    with sessions.begin() as session:
        row = label_templates.one(session, milk, 1)
        label_templates.change(session, row, "milk 2", template(SMALL), 1, "li.na")
        assert (row.name, row.version) == ("milk 2", 2)
        with pytest.raises(Conflict, match="changed by somebody else"):
            label_templates.change(session, row, "milk 3", template(SMALL), 1, "wang.fang")
        with pytest.raises(NotFound):
            label_templates.one(session, milk, 2)
        with pytest.raises(Conflict, match="of the name milk 2 is there already"):
            label_templates.make(session, 1, "milk 2", template(SMALL), "li.na")


def test_what_master_data_says_of_the_product_is_on_the_labels_without_typing(sessions, engine, order):
    mirror.create(engine)
    said = {"urn:epcglobal:cbv:mda:descriptionShort": "鲜牛奶", "tl:netContent": "1 L", "tl:shelfLifeDays": "7"}
    with sessions.begin() as session:
        session.add(mirror.MirroredSigner(address=SIGNER, member_id=1, active_from=1, active_until=0))
        session.add(Vocabulary(type="EPCClass", code=f"https://id.gs1.org/01/{GTIN}", signer=OTHER, attributes={"name": "x", "size": "y"}))
        session.add(Vocabulary(type="EPCClass", code=f"https://id.gs1.org/01/{GTIN}", signer=SIGNER, attributes=said))
        capture.store_event(session, SIGNER, alone(event(1, quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L9"}])))
        capture.store_event(session, SIGNER, alone(event(2, quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L10"}])))
    number = order()
    with sessions() as session:
        found = orders.one(session, number)
        facts = label_facts.facts_of(session, found)
        told = label_facts.filled(session, found, Wanted(Form.ROLL, DOMAIN, product="自己写的")).told(found)
    assert (facts.product, facts.spec, facts.lots) == ("鲜牛奶", "1 L", ("L10", "L9"))
    assert facts.dates == {"produced": date(2026, 11, 26), "expires": date(2026, 12, 3)}
    assert told == {
        "domain": DOMAIN, "product": "自己写的", "spec": "1 L", "producer": "", "lot": "", "produced": "2026-11-26", "expires": "2026-12-03"
    }  # fmt: skip


def test_why_a_job_failed_is_kept_with_what_made_it(sessions, order, milk):
    number = order(1)
    made = asked(sessions, number, milk)
    with sessions.begin() as session:
        states.move(session, [f"{STEM}000001"], CodeState.VOID, "li.na", "damaged", member_id=1)
    drawn(sessions)
    state, _, problem = job(sessions, made)
    assert (state, problem) == (JobState.FAILED, "codes: are all void — print others")
    assert put(problem, ConsoleWords("zh")) == "编码：全部已作废。请打印其他编码"
