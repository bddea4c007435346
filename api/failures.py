"""What a caller sees when something fails: a problem document, or on the consumer's paths a page in the reader's language.

Installed by `app`; which error is which status is said in `problems` alone. An unforeseen error is logged
where it happened, and told without its insides but with the request's id, by which the operator finds it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.callers import known_caller
from api.console.problem import problem_page as console_problem_page
from api.console.visit import Refilled, Visit, visit_of
from api.epcis.negotiation import likes_xml
from api.epcis.problem_xml import MEDIA_TYPE as PROBLEM_XML
from api.epcis.problem_xml import problem_in_xml
from api.pages.other import problem_page, problem_title
from api.pages.render import render, shell
from api.pages.sign_in import PATH as SIGN_IN
from api.pages.words import Words, choose
from api.problems import (
    EPCIS_PATHS,
    MEDIA_TYPE,
    FieldProblem,
    NoKey,
    Problem,
    TheirNotice,
    headers_of,
    malformed,
    named_for,
    of_epcis,
    plain,
    problem_of,
)
from api.request_ids import HEADER
from api.security import HEADERS
from ledger_client.errors import LedgerError
from telemetry.logs import log

JSON_PATHS = (
    *EPCIS_PATHS,
    "/records",
    "/items",
    "/links",
    "/verify",
    "/members",
    "/health",
    "/status",
    "/metrics",
    "/requests",
    "/erasures",
    "/holds",
    "/recalls",
    "/notices",
    "/certificates",
    "/audit",
    "/accounts",
    "/keys",
    "/sessions",
    "/webhooks",
    "/deliveries",
    "/openapi.json",
    "/static",
)
INTERNAL = "The request was not completed. The operator finds the reason in the server's log, by the request id."


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document or a page."""
    app.add_exception_handler(LedgerError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Refilled, _refilled)
    app.add_exception_handler(Exception, _unforeseen)


def words_of(request: Request) -> Words:
    """The language that a reader wants."""
    return Words(choose(request.query_params.get("lang"), request.headers.get("accept-language", "")))


def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, NoKey) and request.method == "GET" and _for_people(request):
        return _to_sign_in(request)
    if isinstance(error, TheirNotice) and request.method == "GET" and _of_console(request):
        return RedirectResponse(f"/console/notices/{error.notice}", 303, headers={"Cache-Control": "no-store"})
    problem = problem_of(error) if isinstance(error, LedgerError) else plain(500, INTERNAL)
    return _unforeseen(request, error) if problem.status == 500 else _reply(request, problem, headers_of(error), error)


def _malformed(request: Request, error: Exception) -> Response:
    found = [_field(one) for one in error.errors()] if isinstance(error, RequestValidationError) else []
    return _reply(request, malformed(found))


def _plain(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unforeseen(request, error)
    said = {404: f"no such path: {request.url.path}", 405: f"{request.method} is not possible on {request.url.path}"}
    return _reply(request, plain(error.status_code, said.get(error.status_code, str(error.detail))), dict(error.headers or {}))


def _refilled(_: Request, error: Exception) -> Response:
    if not isinstance(error, Refilled):
        raise error
    return error.answer


def _unforeseen(request: Request, error: Exception) -> Response:
    request_id = _request_id(request)
    log.error("request.failed", request_id=request_id, error=error)
    made_outside = HEADERS | {HEADER: request_id, "Connection": "close"}  # of the middleware that adds headers; the server hangs up
    return _reply(request, plain(500, INTERNAL), made_outside)


def _reply(request: Request, problem: Problem, headers: dict[str, str] | None = None, error: Exception | None = None) -> Response:
    if not _for_people(request):
        problem = named_for(request.url.path, problem)
        problem.requestId = _request_id(request)
        if of_epcis(request.url.path) and likes_xml(request):
            return Response(problem_in_xml(problem), problem.status, headers=headers, media_type=PROBLEM_XML)
        return JSONResponse(problem.model_dump(), problem.status, headers=headers, media_type=MEDIA_TYPE)
    if _of_console(request):
        visit = getattr(request.state, "visit", None) or _visit(request, problem.status)
        answer = visit.show(console_problem_page(problem, visit, error), problem.status)
        answer.headers.update(headers or {})
        return answer
    words = words_of(request)
    page = problem_page(problem.status, shell(words, problem_title(problem.status, words), "/"), words)
    return HTMLResponse(render(page), problem.status, headers=headers)


def _visit(request: Request, status: int) -> Visit:
    """Whose menu stands beside a refusal; nobody is looked up while something is broken."""
    if status >= 500:
        return visit_of(request)
    with request.app.state.sessions() as session:
        return visit_of(request, session, known_caller(request, session))


def _of_console(request: Request) -> bool:
    return request.url.path == "/console" or request.url.path.startswith("/console/")


def _for_people(request: Request) -> bool:
    """Whether a page is wanted, rather than a problem document."""
    path = request.url.path
    return not any(path == one or path.startswith(one + "/") for one in JSON_PATHS) and "text/html" in request.headers.get("accept", "")


def _to_sign_in(request: Request) -> Response:
    """The page of signing in, which leads back here."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    lang = request.query_params.get("lang")
    target = f"{SIGN_IN}?next={quote(asked, safe='')}" + (f"&lang={quote(lang, safe='')}" if lang else "")
    return RedirectResponse(target, 303, headers={"Cache-Control": "no-store"})


def _request_id(request: Request) -> str:
    return getattr(request.state, "request_id", "")


def _field(one: dict[str, Any]) -> FieldProblem:
    context = one.get("ctx", {})
    fix = f"use {context['expected']}" if "expected" in context else ", ".join(f"{k} {v}" for k, v in context.items() if k != "error")
    return FieldProblem(field="/".join(str(part) for part in one["loc"]), problem=str(one["msg"]), fix=fix)
