"""Audiences in the console over HTTP: edited, previewed, saved, refused, overtaken; by those who may, for their own member."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from accounts.models import AuditEntry
from accounts.roles import RIGHTS, Right, Role
from api.console.audiences.known import ONLY_IN
from ledger_client.disclosure import EVENT_TYPES
from records import audiences
from tests.api.served import CONTEXT, Server, event
from tests.conftest import address_of
from tests.console.markup import faults
from tests.console.signed_in import BROWSER

As = Callable[..., httpx.Client]
PATH = "/01/06901234567892/21/A1"
CODE = "https://id.gs1.org" + PATH
PLACE = "6901234000047"
RICH: dict[str, Any] = {
    "@context": [CONTEXT, {"acme": "https://acme.example/terms/"}],
    "readPoint": {"id": f"https://id.gs1.org/414/{PLACE}"},
    "acme:oven": "seven",
}
ENGLISH = {"Accept-Language": "en"}
SHIPPING = {"type": "ObjectEvent", "step": "shipping"}
PAGES = (
    "",
    "/kind",
    "/kind?type=ObjectEvent&step=shipping",
    "/versions",
    "/preview",
    "/preview?p.readPoint=partners",
    f"/preview/page?code={CODE}",
)


@pytest.fixture
def told(server: Server) -> Server:
    server.record(event("receiving", 1, **RICH), event("shipping", 2, **RICH))
    server.record(event("storing", 3, **RICH), member=1)
    return server


@pytest.fixture
def editor(told: Server, as_role: As) -> httpx.Client:
    made = as_role(Role.QUALITY, signer=address_of(told.installation.ledger.signers[0]))
    made.headers.update(BROWSER | ENGLISH)
    return made


def save(client: httpx.Client, based_on: int = 0, reason: str = "a test", **fields: str) -> httpx.Response:
    named = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post("/console/audiences", data={"based_on": str(based_on), "reason": reason} | named)


def visible(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_every_page_opens_in_both_languages_without_a_fault(editor: httpx.Client):
    for page in PAGES:
        for language in ("zh", "en"):
            answer = editor.get(f"/console/audiences{page}{'&' if '?' in page else '?'}lang={language}")
            assert answer.status_code == 200, (page, answer.text)
            assert answer.headers["cache-control"] == "no-store", page
            assert faults(answer.text) == [] or "/preview/page" in page, page


def test_only_who_may_edit_policies_may_see_them_here(told: Server, as_role: As):
    for role in Role:
        client, may = as_role(role, signer=address_of(told.installation.ledger.signers[0])), Right.POLICY in RIGHTS[role]
        seen = {page: client.get(f"/console/audiences{page}").status_code for page in PAGES}
        assert seen == dict.fromkeys(PAGES, 200 if may else 403), role
        assert may or save(client, p__readPoint="partners").status_code == 403, role


def test_a_choice_is_previewed_saved_holds_at_once_and_stands_in_the_log(told: Server, editor: httpx.Client):
    form = editor.get("/console/audiences/kind", params=SHIPPING).text
    assert 'value="default" checked' in form
    draft = SHIPPING | {"p.readPoint": "partners", "p.acme:oven": "public", "based_on": "0"}
    preview = editor.get("/console/audiences/preview", params=draft | {"code": CODE})
    assert "Nothing is saved yet" in preview.text
    assert visible(preview.text).count("changes") >= 1
    assert PLACE in told.http.get(PATH).text, "nothing is saved by looking"
    drafted = editor.get("/console/audiences/preview/page", params=draft | {"code": CODE})
    assert "Preview of a draft that is not saved" in drafted.text
    assert drafted.text.count(PLACE) < told.http.get(PATH).text.count(PLACE)
    assert "seven" in drafted.text
    assert "<script src" not in drafted.text
    assert "data-bundle" not in drafted.text
    saved = editor.post("/console/audiences", data=draft | {"reason": "our loading bay"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/console/audiences?done=audiences.done.saved")
    events = {one["event"]["bizStep"]: one["event"] for one in told.http.get("/records").json()["events"]}
    assert ("readPoint" in events["receiving"], "readPoint" in events["shipping"], "acme:oven" in events["shipping"]) == (True, False, True)
    assert drafted.text.count(PLACE) == told.http.get(PATH, headers=ENGLISH).text.count(PLACE)
    page = editor.get("/console/audiences").text
    assert "our loading bay" in page
    assert (
        "Quality One" in editor.get("/console/audiences/versions").text or "quality One" in editor.get("/console/audiences/versions").text
    )
    with told.installation.sessions() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "save_audiences")).one()
    assert (entry.subject, entry.details["version"]) == ("member 1", 1)
    assert "readPoint in ObjectEvent/shipping: as by default → partners" in entry.details["changes"]


def test_a_preview_writes_nothing(told: Server, editor: httpx.Client):
    editor.get("/console/audiences/preview", params=SHIPPING | {"p.readPoint": "partners"})
    with told.installation.sessions() as session:
        assert audiences.newest(session, 1) is None
        assert session.scalars(select(AuditEntry).where(AuditEntry.action.contains("preview"))).all() == []


def test_of_two_editors_the_second_keeps_the_form_and_sees_what_the_first_did(told: Server, editor: httpx.Client):
    save(editor, p__readPoint="partners", reason="first")
    late = save(editor, **SHIPPING, p__ilmd="regulator", reason="second")
    assert late.status_code == 409
    assert "saved version 1 meanwhile" in late.text
    assert "readPoint" in late.text
    assert 'name="p.ilmd" value="regulator" checked' in late.text
    assert 'name="based_on" value="1"' in late.text
    assert 'value="second"' in late.text
    assert save(editor, 1, **SHIPPING, p__ilmd="regulator", reason="second").status_code == 303
    with told.installation.sessions() as session:
        newest = audiences.newest(session, 1)
        assert newest is not None
        assert {rule["property"] for rule in newest.rules} == {"readPoint", "ilmd"}
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "save_audiences")).all()) == 2


def test_a_rule_is_taken_back(told: Server, editor: httpx.Client):
    save(editor, p__readPoint="partners")
    assert 'name="p.readPoint" value="partners" checked' in editor.get("/console/audiences/kind").text
    save(editor, 1, p__readPoint="default")
    assert "readPoint" in told.http.get("/records").json()["events"][0]["event"]


WRONG = [
    ({"p.eventID": "partners"}, "no disclosure can be verified without it"),
    ({"p.errorDeclaration": "regulator"}, "declared wrong"),
    ({"p.*": "public"}, "nobody has thought of yet"),
    ({"p.readPoint": "everybody"}, "is no audience"),
    ({"p.<script>alert(1)</script>:x": "public"}, "U+003C"),
    ({"p.acme:\u200boven": "public"}, "zero width space"),
    ({"new": "re\u0430dPoint", "new_audience": "public"}, "mixes Cyrillic and Latin"),
    ({"new": "acme:" + "x" * 300, "new_audience": "public"}, "305 characters"),
    ({"new": "oven", "new_audience": "public"}, "is no property of EPCIS 2.0"),
    ({"new": "acme:oven", "new_audience": "nobody"}, "is no audience"),
    ({"new": "acme:a\x01", "new_audience": "public"}, "U+0001"),
    ({"new": "acme:oven", "new_audience": "public", "p.acme:oven": "partners"}, "is in the table already"),
    ({"p.readPoint": "partners", "reason": ""}, "say in a sentence why"),
    ({"p.readPoint": "partners", "reason": "x" * 501}, "at most 500"),
    ({}, "hold already"),
]


def test_what_may_not_be_a_policy_is_refused_beside_the_form_as_it_was_sent(told: Server, editor: httpx.Client):
    for fields, said in WRONG:
        answer = editor.post("/console/audiences", data={"based_on": "0", "reason": "why not"} | fields)
        assert (answer.status_code, faults(answer.text)) == (400, []), fields
        assert said in visible(answer.text), fields
        assert "<script>alert" not in answer.text, fields
        with told.installation.sessions() as session:
            assert audiences.newest(session, 1) is None, fields


ODD = [
    ("/kind", {"type": "Nonsense"}, 400),
    ("/kind", {"step": "<script>"}, 400),
    ("/kind", {"type": "x" * 5000 + ":y"}, 400),
    ("/kind", {"p.readPoint": "x", "based_on": "-1"}, 400),
    ("/versions", {"before": "0"}, 400),
    ("/versions", {"before": "9" * 30}, 400),
    ("/preview", {"p.eventID": "partners"}, 400),
    ("/preview", {"code": "(01)06901234567891"}, 400),
    ("/preview", {"code": "\u202e1234"}, 400),
    ("/preview/page", {"code": "(01)06901234567892(21)NOBODY"}, 404),
    ("/preview/page", {"code": CODE, "p.eventID": "partners"}, 400),
    ("/preview/page", {"code": "nonsense"}, 400),
]


def test_an_odd_address_gets_an_answer_and_never_a_trace(editor: httpx.Client):
    for path, fields, status in ODD:
        answer = editor.get(f"/console/audiences{path}", params=fields)
        assert answer.status_code == status, (path, fields)
        assert "<script>" not in answer.text, (path, fields)
        assert "Traceback" not in answer.text, (path, fields)


def test_another_sites_form_is_refused(editor: httpx.Client):
    answer = editor.post("/console/audiences", data={"p.readPoint": "public", "reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_of_ten_megabytes_is_refused(editor: httpx.Client):
    assert save(editor, new="acme:" + "x" * 10_000_000, new_audience="public").status_code == 413


def test_each_editor_edits_the_policy_of_its_own_member(told: Server, editor: httpx.Client):
    save(editor, p__readPoint="regulator")
    told.record(event("shipping", 4, **RICH), member=1)
    events = told.http.get("/records").json()["events"]
    assert {(one["event"]["bizStep"], "readPoint" in one["event"]) for one in events} == {
        ("receiving", False), ("shipping", False), ("storing", True), ("shipping", True),
    }  # fmt: skip
    with told.installation.sessions() as session:
        assert set(audiences.policies(session)) == {1}


@pytest.mark.usefixtures("told")
def test_an_account_without_a_key_speaks_for_nobody_where_two_members_write(as_role: As):
    assert as_role(Role.QUALITY).get("/console/audiences").status_code == 403


def test_the_preview_shows_what_each_audience_sees_of_the_draft(told: Server, editor: httpx.Client):
    html = editor.get("/console/audiences/preview", params={"p.*": "regulator", "code": CODE}).text
    whole = told.http.get("/records", headers=told.as_writer()).json()["events"][0]
    assert f"{len(whole['event']) + whole['withheld']} shown, 0 withheld" in visible(html)
    assert "4 shown" in visible(html)


def test_the_preview_of_a_draft_begins_with_an_item_that_has_such_an_event(told: Server, editor: httpx.Client):
    told.record(event("receiving", 5, epcList=["https://id.gs1.org/01/06901234567892/21/NEWER"], **RICH))
    html = editor.get("/console/audiences/preview", params=SHIPPING | {"p.readPoint": "partners"}).text
    assert f'value="{CODE}"' in html
    assert "21/NEWER" in editor.get("/console/audiences/preview").text


def test_the_consumers_page_under_the_narrowest_draft_holds_nothing_of_what_is_hidden(editor: httpx.Client):
    html = editor.get("/console/audiences/preview/page", params={"p.*": "regulator", "code": CODE}).text
    own = [entry for entry in html.split('<li class="entry') if "bizStep" in entry]
    assert sum(PLACE in entry for entry in own) == 1, "only the other member's event says where"


def test_a_stored_policy_that_somebody_spoiled_is_shown_as_what_it_does(told: Server, editor: httpx.Client):
    save(editor, p__readPoint="partners")
    with told.installation.sessions.begin() as session:
        session.execute(text("UPDATE disclosure_policies SET rules = :rules"), {"rules": f'[{{"property": "{uuid.uuid4()}"}}]'})
    assert 'name="p.*" value="regulator" checked' in editor.get("/console/audiences/kind").text
    assert PLACE not in str(told.http.get("/records").json()["events"][0])


def test_which_types_have_which_properties_is_what_the_schema_says():
    schema = json.loads((Path(__file__).parents[2] / "ledger_client/epcis/data/EPCIS-JSON-Schema.json").read_text())["definitions"]
    named = {kind: set(schema[kind]["allOf"][1]["propertyNames"]["anyOf"][1]["enum"]) for kind in EVENT_TYPES}
    found = {name: tuple(kind for kind in EVENT_TYPES if name in named[kind]) for name in set().union(*named.values())}
    assert {name: kinds for name, kinds in found.items() if len(kinds) < len(EVENT_TYPES)} == dict(ONLY_IN)
