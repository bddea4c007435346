"""How well a recall or a drill goes, its certificate once it is closed, and the check of one that somebody brings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.body import FORM, body_of
from api.console.drill import certificates
from api.dependencies import Db, Node
from api.notice_schemas import CertificateCheck, FactOut, PointsOut, QuantityOut, ScoreOut
from api.problems import documented
from api.rates import costs_address
from api.recalls_here import own_case
from api.routes.notices import PROBLEMS, CaseId, Reading
from recall import certificate
from recall.certificate import Certificate, Checked, Fact
from recall.drill.figures import figures
from recall.drill.score import TABLE

router = APIRouter(tags=["recall"])
FILES = ("application/json", certificate.MEDIA_TYPE, "application/pdf", "application/octet-stream", FORM)
KINDS = {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    certificate.MEDIA_TYPE: {"schema": {"type": "object"}},
}
BODY = {"requestBody": {"required": True, "content": {certificate.MEDIA_TYPE: {"schema": {"type": "object"}}, **KINDS}}}


@router.get(
    "/recalls/{recall_id}/score", operation_id="scoreRecall", summary="How a recall or a drill goes", responses=documented(*PROBLEMS, 404)
)
def score_recall(db: Db, caller: Reading, recall_id: CaseId) -> ScoreOut:
    """Figures of the case by now, and the points that they are worth in a drill."""
    case = own_case(db, caller, recall_id)
    found = figures(db, case)
    scored = found.score()
    return ScoreOut(
        case=case.number,
        kind="drill" if case.kind == "drill" else "recall",
        final=case.closed_at is not None,
        figures=found.counts,
        quantities=[QuantityOut(**one._asdict()) for one in found.amounts],
        lines=[PointsOut(criterion=line.criterion, points=line.points, most=line.most) for line in scored.lines],
        points=scored.points,
        most=scored.most,
        passed=scored.passed,
        table=TABLE,
    )


@router.get(
    "/recalls/{recall_id}/certificate",
    operation_id="recallCertificate",
    summary="The certificate of a closed drill, or the closing report of a recall",
    response_class=Response,
    responses=documented(*PROBLEMS, 404, 409, 502, http_200={"content": KINDS, "description": "The certificate"}),
)
def recall_certificate(
    db: Db,
    chain: Node,
    caller: Reading,
    recall_id: CaseId,
    format: Annotated[Literal["pdf", "json"], Query()] = "pdf",  # noqa: A002
) -> Response:
    """Every fact in it is a property of the event that closed the case, with its proof inside: anybody verifies it without this server."""
    case = own_case(db, caller, recall_id)
    made = certificates.certificate_of(db, chain, case)
    body, kind = (made.to_bytes(), certificate.MEDIA_TYPE) if format == "json" else (certificates.paper(made), "application/pdf")
    headers = {"Content-Disposition": f'attachment; filename="{case.number}.{format}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


@router.post(
    "/certificates/verify",
    dependencies=[Depends(costs_address(2))],
    operation_id="verifyCertificate",
    summary="Hold an uploaded certificate against the live chain",
    responses=documented(400, 413, 415, 429, 502, 503),
    openapi_extra=BODY,
)
def verify_certificate(chain: Node, body: Annotated[bytes, Depends(body_of(FILES))]) -> CertificateCheck:
    """The JSON or the PDF as it was downloaded. Each fact: what it says, what the chain proves, and whether that is the same."""
    made = certificates.read(body)
    return told(made, certificate.check(made, chain))


def told(made: Certificate, found: Checked) -> CertificateCheck:
    """A check as JSON."""
    return CertificateCheck(
        genuine=found.genuine,
        item=made.item,
        event_id=made.event_id,
        member=found.member,
        anchored_at=datetime.fromtimestamp(found.time, UTC) if found.time else None,
        facts=[FactOut(name=one.name, told=_plain(one.told), proven=_plain(one.proven), matches=one.matches) for one in found.facts],
        problems=list(found.problems),
    )


def _plain(value: Fact) -> str | int | None:
    return value if value is None or isinstance(value, str) or type(value) is int else json.dumps(value, ensure_ascii=False, default=float)
