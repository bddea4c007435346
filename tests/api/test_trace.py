"""`GET /trace`: where an item came from and where it went, as machines are told."""

from __future__ import annotations

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


def test_what_cannot_be_traced_is_refused_with_the_reason(server: Server):
    assert server.http.get("/trace", params={"code": MADE}).status_code == 404
    wrong = server.http.get("/trace", params={"code": MADE, "direction": "sideways"})
    assert wrong.status_code == 400
    assert "direction" in wrong.text
    assert server.http.get("/trace", params={"code": "(01)06901234567891(10)L7"}).status_code == 400
