"""`GET /custody`: what was shipped and never received, as machines are told."""

from __future__ import annotations

from tests.api.served import Server, event

LOT = "https://id.gs1.org/01/06901234567892/10/L7"


def test_less_received_than_sent_is_told_with_both_ends_to_who_may_read(server: Server):
    for step, day, quantity in (("shipping", 1, 288), ("receiving", 2, 276)):
        whole = event(step, day, quantityList=[{"epcClass": LOT, "quantity": quantity}])
        assert server.post({name: value for name, value in whole.items() if name != "epcList"}).status_code == 201
    answer = server.http.get("/custody", params={"days": 3650}, headers=server.as_writer(1)).json()
    (line,) = answer["lines"]
    assert (line["state"], line["differences"]) == ("differs", ["quantity"])
    assert line["goods"] == [{"code": LOT, "said": 288.0, "other": 276.0, "uom": ""}]
    assert (line["handover"]["bizStep"], line["counterpart"]["bizStep"]) == ("shipping", "receiving")
    assert (answer["looked"], answer["complete"], answer["older"]) == (2, True, None)
    assert server.http.get("/custody").status_code == 401


def test_pages_go_on_and_a_place_that_is_none_is_refused(server: Server):
    for number in (1, 2, 3):
        assert server.post(event("shipping", number, f"https://id.gs1.org/01/06901234567892/21/A{number}")).status_code == 201
    asked = {"days": 3650, "limit": 2}
    first = server.http.get("/custody", params=asked, headers=server.as_writer()).json()
    second = server.http.get("/custody", params={**asked, "older": first["older"]}, headers=server.as_writer()).json()
    assert [len(page["lines"]) for page in (first, second)] == [2, 1]
    assert (first["complete"], second["complete"]) == (False, True)
    assert server.http.get("/custody", params={"older": "yesterday"}, headers=server.as_writer()).status_code == 400
    assert server.http.get("/custody", params={"state": "lost"}, headers=server.as_writer()).status_code == 400
