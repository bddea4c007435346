"""Templates, previews and print jobs over HTTP, on a real server."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image

from issuing import label_jobs
from tests.api.served import Server
from tests.api.test_codes import Plant
from tests.labels.samples import field, read

TEMPLATE = {
    "width": 50,
    "height": 30,
    "fields": [field("qr", "qr", 0, 0, 24, 24), field("code", "text", 0, 25, 50, 4, text="{code}", size=6)],
}


@pytest.fixture
def plant(server: Server) -> Plant:
    return Plant(server)


def test_from_a_template_to_printed_codes(plant):
    row = plant.post("/label-templates", plant.lin, 201, name="Milk 1 l", template=TEMPLATE)
    order, codes = plant.ordered(30)
    asked = plant.server.http.post(
        "/label-jobs",
        json={"order": order["id"], "template": row["id"], "form": "sheets", "domain": "https://id.example.com"},
        headers=plant.mes,
    )
    assert asked.status_code == 201, asked.text
    where = asked.headers["Location"]
    assert plant.get(where, plant.mes)["state"] == "running"
    assert plant.get(f"{where}/file", plant.mes, 409)["detail"].startswith("label job 1 is still being made: 0 of 30")
    with plant.server.installation.sessions.begin() as session:
        label_jobs.step(session)
    job = plant.get(where, plant.mes)
    assert (job["state"], job["done"]) == ("done", 30)
    file = plant.server.http.get(job["file"], headers=plant.mes)
    assert file.headers["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(file.content) as document:
        assert len(document) == 2  # 24 on a sheet
        told = read(document[0].render(scale=300 / 72).to_pil().crop((0, 0, 1000, 500)))
    assert told["qr"][0].removeprefix("https://id.example.com") in [code.removeprefix("https://id.gs1.org") for code in codes]
    assert plant.post(f"{where}/printed", plant.mes) == {"job": 1, "codes": 30}
    assert plant.get(f"/code-orders/{order['id']}", plant.mes)["states"] == {"printed": 30}
    assert [one["id"] for one in plant.get("/label-jobs", plant.lin, order=order["id"])["jobs"]] == [1]
    plant.get(where, plant.foreign, 404)


def test_a_template_is_seen_changed_and_taken_away(plant):
    row = plant.post("/label-templates", plant.lin, 201, name="Milk 1 l", template=TEMPLATE)
    where = f"/label-templates/{row['id']}"
    shown = plant.server.http.get(f"{where}/preview", params={"dpi": 203, "code": "(01)06901234567892(21)Z9"}, headers=plant.mes)
    assert shown.headers["Content-Type"] == "image/png"
    assert read(Image.open(io.BytesIO(shown.content)))["qr"][0].endswith("/01/06901234567892/21/Z9")
    drawing = plant.server.http.get(f"{where}/preview", headers=plant.mes)
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    changed = plant.server.http.put(where, json={"name": "Milk", "template": TEMPLATE, "basedOn": 1}, headers=plant.lin)
    assert changed.json()["version"] == 2, changed.text
    again = plant.server.http.put(where, json={"name": "Milk", "template": TEMPLATE, "basedOn": 1}, headers=plant.lin)
    assert again.status_code == 409
    plant.get(where, plant.foreign, 404)
    assert plant.server.http.delete(where, headers=plant.lin).status_code == 204
    assert plant.get("/label-templates", plant.lin) == {"templates": []}


def test_what_does_not_fit_is_a_problem_with_its_field(plant):
    wrong = TEMPLATE | {"fields": [field("qr", "qr", 40, 0, 24, 24)]}
    answer = plant.post("/label-templates", plant.lin, 400, name="Milk", template=wrong)
    assert "field qr: goes 14 mm beyond the right edge of the label" in str(answer)
    answer = plant.get("/label-templates/preview", plant.lin, 400, template='{"width": 50}')
    assert "height" in str(answer)
    answer = plant.get("/label-templates/preview", plant.lin, 400, template="nothing")
    assert "is no JSON" in str(answer)
