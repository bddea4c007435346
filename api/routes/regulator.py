"""The regulator's page: bring a bundle, or name an item, an event or a hash; see every step; take a signed report along.

Open to everybody with the public's view, because a bundle proves itself; whoever signed in as an auditor is shown everything.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api import lookup
from api.body import BUNDLE, body_of
from api.callers import Caller, Reader, allowed, audience_of
from api.dependencies import Configured, Db, Node
from api.failures import words_of
from api.histories import proven_history
from api.live import Proven, prove_item
from api.names import names_for
from api.pages.page import Part
from api.pages.render import render, shell
from api.pages.words import Words
from api.problems import NotAllowed, documented, status_of
from api.rates import charge, costs
from api.regulator.drawing import draw
from api.regulator.examined import Examination, examined
from api.regulator.page import RegulatorPage
from api.routes.items import file_name
from ledger_client import report
from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.codes import ItemCode, parse
from ledger_client.codes.scan import scan
from ledger_client.disclosure import Audience
from ledger_client.errors import InvalidInput, LedgerError, NotFound, Retryable
from ledger_client.verdict import ItemVerdict
from ledger_client.verify import verify

router = APIRouter(tags=["verify"])
MOST_ITEMS = 5  # of an event or a hash, on one page
FILES = (*BUNDLE, "application/pdf")
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The signed report"}
Auditor = Annotated[Caller, Depends(allowed(Right.VERIFY), scope="function")]


@router.get("/regulator", include_in_schema=False)
def ask(request: Request, db: Db, chain: Node, settings: Configured, reader: Reader, q: str = "") -> Response:
    """The empty page, or what is found under a code, an event id or a hash."""
    words, audience, asked = words_of(request), audience_of(reader), q.strip(" \t\r\n")[:2048]
    if not asked:
        return _page(words, audience, asked)
    charge(request, reader)
    try:
        codes = _codes(db, asked, audience)
        found = [_examined(db, _proven(db, chain, code, audience), code, words) for code in codes[:MOST_ITEMS]]
    except LedgerError as error:
        return _refused(words, audience, asked, error)
    several = words.say("regulator.several", shown=len(found), count=len(codes)) if len(codes) > 1 else ""
    reporting = reader is not None and reader.may(Right.VERIFY) and settings.report_signer is not None
    return _page(words, audience, asked, found, several, codes[:MOST_ITEMS], reporting=reporting)


@router.post("/regulator", dependencies=[Depends(costs(2), scope="function")], include_in_schema=False)
def bring(request: Request, chain: Node, reader: Reader, body: Annotated[bytes, Depends(body_of(FILES))]) -> Response:
    """What a file proves: a proof bundle, or an audit report with one inside. Nothing is stored."""
    words, audience = words_of(request), audience_of(reader)
    try:
        bundle, kind = (report.read(body).bundle, "report") if report.is_report(body) else (Bundle.of_bytes(body), "bundle")
        found = examined(Proven(bundle, (), _judged(bundle, chain)), words)
    except InvalidInput as error:
        return _refused(words, audience, "", error)
    return _page(words, audience, "", [found], words.say(f"regulator.brought.{kind}"))


@router.post(
    "/reports",
    dependencies=[Depends(costs(5), scope="function")],
    operation_id="makeReport",
    summary="A signed audit report on an item, as PDF",
    response_class=Response,
    responses=documented(400, 401, 403, 404, 429, 502, 503, http_200=PDF),
)
def make_report(
    request: Request,
    db: Db,
    chain: Node,
    settings: Configured,
    caller: Auditor,
    code: Annotated[str, Form(description="an item code in any spelling", max_length=2048)],
) -> Response:
    """The item's whole proof as this caller may see it, in words, with the bundle attached and this installation's signature.

    `ledger verify FILE.pdf` checks it anywhere. Who asked for it stands in the report and in the audit log.
    """
    if settings.report_signer is None:
        raise Retryable("no report certificate is set up; the operator sets TRACELEDGER_REPORT_CERTIFICATE")
    item, words, audience = parse(code), words_of(request), audience_of(caller)
    proven = _proven(db, chain, item, audience)
    statement, bundle = _stated(proven, caller), proven.bundle.to_bytes()
    drawn = draw(_examined(db, proven, item, words), statement, bundle, words)
    caller.note(item.uri, report=statement.number, verdict=statement.verdict, audience=audience)
    name = file_name(item, audience).removesuffix(".bundle.json") + ".report.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(settings.report_signer.sign(drawn, words.say("report.title")), media_type="application/pdf", headers=headers)


def _codes(db: Session, asked: str, audience: Audience) -> list[ItemCode]:
    """The items that are meant: of a hash or an event id those it was recorded for, else the item of that code.

    NotAllowed where the items are not for this audience: the page would name them.
    """
    hashed = asked.removeprefix("0x").isalnum() and len(asked.removeprefix("0x")) == 64
    try:
        subject = lookup.of_hash(db, asked, audience) if hashed else lookup.of_event(db, asked, audience)
    except NotFound:
        if hashed:
            raise
        return [scan(asked).item]
    if not subject.shown:
        raise NotAllowed("its writer does not show this audience which item it is about; ask for the item's code, or sign in")
    return subject.shown


def _proven(db: Session, chain: Chain, code: ItemCode, audience: Audience) -> Proven:
    """What a file can prove of an item: its anchored records. NotFound for an item that nobody knows."""
    bundle = prove_item(db, chain, code, audience).bundle
    if not bundle.anchors and not bundle.records:
        raise NotFound(f"{code.uri}: nothing is anchored for it")
    return Proven(bundle, (), verify(bundle, chain))


def _judged(bundle: Bundle, chain: Chain) -> ItemVerdict:
    """The verdict on a bundle that was brought along; without the node's word while it is down."""
    try:
        return verify(bundle, chain)
    except Retryable:
        return verify(bundle, None, chain.deployment)


def _stated(proven: Proven, caller: Caller) -> report.Statement:
    made_at = datetime.now().astimezone().isoformat(timespec="seconds")
    made_for = f"{caller.display_name} ({caller.name})" if caller.display_name != caller.name else caller.name
    return report.state(str(uuid.uuid4()), made_at, made_for, proven.bundle, proven.bundle.to_bytes(), proven.verdict)


def _examined(db: Session, proven: Proven, code: ItemCode, words: Words) -> Examination:
    return examined(proven, words, names_for(db, proven_history(proven), code, words))


def _page(
    words: Words,
    audience: Audience,
    asked: str,
    found: list[Examination] | None = None,
    several: str = "",
    codes: list[ItemCode] | None = None,
    *,
    reporting: bool = False,
) -> Response:
    bundles = [Part(code.uri, f"/items/{quote(code.uri, safe='')}/bundle?audience={audience}") for code in codes or []]
    page = RegulatorPage(
        shell=shell(words, words.say("regulator.title"), "/regulator"),
        tone=found[0].tone if found else "good",
        asked=asked,
        audience=words.say(f"audience.{audience}"),
        several=several,
        found=tuple(found or ()),
        bundles=tuple(bundles),
        reporting=reporting,
    )
    return HTMLResponse(render(page))


def _refused(words: Words, audience: Audience, asked: str, error: LedgerError) -> Response:
    """Nothing to examine, and why; what was typed stands in its field again."""
    page = RegulatorPage(
        shell=shell(words, words.say("regulator.title"), "/regulator"),
        tone="warn",
        asked=asked,
        audience=words.say(f"audience.{audience}"),
        problem=words.say("regulator.unknown") if isinstance(error, NotFound) else words.say("regulator.refused"),
        detail=words.say("regulator.hidden") if isinstance(error, NotAllowed) else str(error),
    )
    return HTMLResponse(render(page), 404 if isinstance(error, NotFound) else status_of(error))
