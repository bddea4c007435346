"""GET /console/recalls/{id}/score; GET and POST /console/certificates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts.roles import Right
from api.console.drill import certificates
from api.console.drill.check import HOME, check_page
from api.console.drill.score import score_page
from api.console.notices.of_case import MOST
from api.console.notices.parts import RECALLS, names_of
from api.console.refusals import refusal
from api.console.visit import Visit, visiting
from api.dependencies import Db, Node
from api.recalls_here import own_case
from api.routes.notices import CaseId
from api.uploads import Uploaded
from ledger_client.errors import InvalidInput
from recall import certificate
from recall.drill.figures import figures
from recall.notices import lists

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]


@router.get(RECALLS + "/{recall_id}/score")
def show_score(db: Db, visit: Reading, recall_id: CaseId) -> Response:
    """How it goes by now, or went."""
    case = own_case(db, visit.acting, recall_id)
    notices = lists.of_case(db, case.id, visit.words.now, MOST)
    return visit.show(score_page(visit, case, figures(db, case), notices, names_of(db, notices, visit.words)))


@router.get(HOME)
def show_check(visit: Reading) -> Response:
    """The empty page."""
    return visit.show(check_page(visit))


@router.post(HOME)
def check_certificate(visit: Reading, chain: Node, upload: Uploaded) -> Response:
    """What a file proves; nothing is stored."""
    try:
        made = certificates.read(upload.content)
        found = certificate.check(made, chain)
    except InvalidInput as problem:
        return visit.show(check_page(visit, refusal(problem, visit.words)), 400)
    return visit.show(check_page(visit, made=made, found=found))
