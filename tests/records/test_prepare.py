"""One event that our own code cannot judge must not stop the others."""

from __future__ import annotations

from records.prepare import Rejected, contained


def test_a_fault_of_ours_rejects_one_event_and_says_whose_fault_it_is(capsys):
    found = contained("$.epcisBody.eventList[3]", lambda: 1 / 0)
    assert isinstance(found, Rejected)
    assert found.as_json()["path"] == "$.epcisBody.eventList[3]"
    assert "fault of the server" in found.as_json()["fix"]
    assert "ZeroDivisionError" in capsys.readouterr().err
