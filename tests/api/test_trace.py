"""`GET /trace`: where an item came from and where it went, as machines are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.served import Server, event

RAW, MADE = "https://id.gs1.org/01/06901234567892/10/R1", "https://id.gs1.org/01/06901234567892/10/L7"


def made(quantity: float = 80) -> dict[str, Any]:
    """Raw milk becomes a lot."""
    inputs, outputs = [{"epcClass": RAW, "quantity": 100, "uom": "KGM"}], [{"epcClass": MADE, "quantity": quantity}]
    whole = event() | {"type": "TransformationEvent", "inputQuantityList": inputs, "outputQuantityList": outputs}
    return {name: value for name, value in whole.items() if name not in ("epcList", "action", "quantityList")}


def test_a_partner_is_told_materials_with_quantities_and_the_public_that_they_are_withheld(server: Server):
    assert server.post(made()).status_code == 201
    asked = {"code": "(01)06901234567892(10)L7", "direction": "backward"}
    partner = server.http.get("/trace", params=asked, headers=server.as_writer(1)).json()
    public = server.http.get("/trace", params=asked).json()
    assert [thing["code"] for thing in partner["things"]] == [MADE, RAW]
    assert [(link["role"], link["quantity"], link["uom"]) for link in partner["links"]] == [("input", 100.0, "KGM"), ("output", 80.0, "")]
    assert [(step["kind"], step["withheld"], step["verdict"]) for step in partner["steps"]] == [("transformed", False, "pending")]
    assert [thing["code"] for thing in public["things"]] == [MADE]
    assert "withheld" in [end["why"] for end in public["ends"]]
    assert public["complete"] is False


def test_quantities_that_do_not_add_up_are_told_with_both_numbers_to_whom_sees_them(server: Server):
    assert server.post(made(80)).status_code == 201
    sold = event() | {"action": "OBSERVE", "bizStep": "retail_selling", "quantityList": [{"epcClass": MADE, "quantity": 90}]}
    step = server.post({name: value for name, value in sold.items() if name != "epcList"})
    assert step.status_code == 201, step.text
    asked = {"code": MADE, "direction": "forward"}
    partner = server.http.get("/trace", params=asked, headers=server.as_writer(1)).json()
    found = next(one for one in partner["findings"] if one["what"] == "overdrawn")
    assert (found["had"], found["took"], found["uom"]) == (80.0, 90.0, "")
    assert [one["bizStep"] for one in found["events"]] == ["retail_selling", event().get("bizStep", "")]
    public = server.http.get("/trace", params=asked).json()
    assert {(one["what"], one["had"], one["took"]) for one in public["findings"]} <= {("withheld", None, None)}


def test_all_pages_together_are_the_answer_also_while_events_arrive(server: Server):
    assert server.post(made()).status_code == 201
    sold = {name: value for name, value in event().items() if name != "epcList"} | {"action": "OBSERVE", "bizStep": "retail_selling"}
    for quantity in (3, 4, 5):
        assert server.post(sold | {"quantityList": [{"epcClass": MADE, "quantity": quantity}]}).status_code == 201
    asked = {"code": RAW, "direction": "forward"}
    whole = server.http.get("/trace", params=asked, headers=server.as_writer(1)).json()
    pages = [server.http.get("/trace", params=asked | {"perPage": 2}, headers=server.as_writer(1)).json()]
    assert server.post(sold | {"quantityList": [{"epcClass": MADE, "quantity": 6}]}).status_code == 201
    while pages[-1]["next"]:
        following = asked | {"perPage": 2, "after": pages[-1]["next"]}
        pages.append(server.http.get("/trace", params=following, headers=server.as_writer(1)).json())
    assert len(pages) == 3
    for name in ("things", "steps", "links"):
        assert [one for page in pages for one in page[name]] == whole[name]
    same = ("start", "direction", "complete", "total", "ends", "checked", "findings", "judged")
    assert all([page[name] for name in same] == [whole[name] for name in same] for page in pages)
    assert whole["next"] is None
    for page, named in zip(pages, _named_so_far(pages), strict=True):
        assert {link["thing"] for link in page["links"]} | {link["step"] for link in page["links"]} <= named


def _named_so_far(pages: list[dict[str, Any]]) -> Iterator[set[int]]:
    """The numbers that the pages up to each of them explain."""
    known: set[int] = set()
    for page in pages:
        known |= {thing["number"] for thing in page["things"]} | {step["record"] for step in page["steps"]}
        yield known


def test_a_page_of_another_answer_is_refused(server: Server):
    assert server.post(made()).status_code == 201
    asked = {"code": RAW, "direction": "forward", "perPage": 1}
    following = server.http.get("/trace", params=asked, headers=server.as_writer(1)).json()["next"]
    other = server.http.get("/trace", params=asked | {"code": MADE, "after": following}, headers=server.as_writer(1))
    assert (other.status_code, "begin again" in other.text) == (409, True)
    wrong = server.http.get("/trace", params=asked | {"after": "second"}, headers=server.as_writer(1))
    assert wrong.status_code == 400
    assert "after: is not the `next` of a page" in wrong.text


def test_what_cannot_be_traced_is_refused_with_the_reason(server: Server):
    assert server.http.get("/trace", params={"code": MADE}).status_code == 404
    wrong = server.http.get("/trace", params={"code": MADE, "direction": "sideways"})
    assert wrong.status_code == 400
    assert "direction" in wrong.text
    assert server.http.get("/trace", params={"code": "(01)06901234567891(10)L7"}).status_code == 400
