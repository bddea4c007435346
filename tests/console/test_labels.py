"""A label from the designer to printed codes, by hand and by mouse and keys."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from accounts.roles import Role
from api.console.labels.templates import NEW
from issuing import label_jobs
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.signed_in import BROWSER
from tests.console.test_codes import ordered, seen

LABELS = "/console/labels"


@pytest.fixture
def quality(server: Server, as_role: Callable[..., httpx.Client]) -> httpx.Client:
    server.installation.mirror()
    made = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    made.headers.update(BROWSER | {"Accept-Language": "en"})
    return made


def kept(client: httpx.Client, **more: str) -> str:
    """The designer of a template that was just made."""
    made = client.post(f"{LABELS}/new", data={"name": "Milk", "template": json.dumps(NEW)} | more)
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


def test_a_template_prints_an_order(server: Server, quality: httpx.Client):
    assert "There is no label template yet" in seen(quality.get(LABELS))
    where, order = kept(quality), ordered(server, quality)
    assert "Milk" in seen(quality.get(LABELS))
    number = order.rpartition("/")[2]
    assert f'href="{LABELS}/print?order={number}"' in quality.get(order).text
    seen(quality.get(f"{LABELS}/print", params={"order": number}))
    form = {"order": number, "template": where.rpartition("/")[2], "form": "roll", "first": "1", "quantity": "12", "product": "Milk"}
    assert "lot: is not told" in seen(quality.post(f"{LABELS}/print", data=form | {"expires": "2026-12-25"}), 400)
    asked = quality.post(f"{LABELS}/print", data=form | {"lot": "L1", "expires": "2026-12-25"})
    assert asked.status_code == 303, asked.text
    job = asked.headers["location"]
    assert "0 of 12 labels drawn" in seen(quality.get(job))
    with server.installation.sessions.begin() as session:
        label_jobs.step(session)
    assert "12 of 12 labels drawn" in seen(quality.get(job))
    assert quality.get(f"/label-jobs/{job.rpartition('/')[2]}/file").content.startswith(b"%PDF")
    assert quality.post(job).status_code == 303
    assert "printed" in seen(quality.get(order))


def test_what_does_not_fit_comes_back_as_it_was_typed(quality: httpx.Client):
    wrong = json.dumps(NEW | {"width": 20})
    told = seen(quality.post(f"{LABELS}/new", data={"name": "Milk", "template": wrong}), 400)
    assert "field qr: goes 5 mm beyond the right edge of the label" in told
    where = kept(quality)
    assert "of the name Milk is there already" in seen(
        quality.post(f"{LABELS}/new", data={"name": "Milk", "template": json.dumps(NEW)}), 409
    )
    same = {"name": "Milk", "template": json.dumps(NEW), "based_on": "1"}
    assert quality.post(where, data=same).status_code == 303
    assert "changed by somebody else" in seen(quality.post(where, data=same), 409)
    assert quality.post(f"{where}/remove").status_code == 303
    assert quality.get(where).status_code == 404
