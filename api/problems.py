"""Every error as an RFC 9457 problem: one table from error class to status, and nothing else that knows about it.

Lower packages raise `ledger_client.errors`; `failures` turns them, with this table, into `application/problem+json` that
names the field and the fix.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from pydantic import BaseModel, Field

from ledger_client.epcis.query import QueryParameter
from ledger_client.errors import (
    Conflict,
    EvidenceError,
    Fork,
    Incomplete,
    InvalidInput,
    LedgerError,
    NotFound,
    NoXml,
    Refused,
    Retryable,
    WrongChain,
)
from ledger_client.sentences import sentence
from records.query.known import QueryTooComplex
from records.query.run import QueryTooLarge

MEDIA_TYPE = "application/problem+json"
TYPES = "https://id.traceledger.org/problems/"


class NoKey(LedgerError):
    """It is not for everybody, and the request carries no session and no key that we know."""


class NotAllowed(Refused):
    """The caller is known, and has not the right."""


class NoMember(NotAllowed):
    """The caller's account has no signing key of a member, so it records nothing and has no codes, labels or imports."""

    def __init__(self, account: str) -> None:
        text = "the account {account} has no signing key of a member, so it speaks for none; an operator gives it one"
        super().__init__(sentence(text, account=account))


class LacksRight(NotAllowed):
    """The caller's role, or the scope of the key, does not allow it."""


class TheirNotice(NotAllowed):
    """The case is another member's, and the caller's member was told of it: its notice, by id, is what it sees of the case."""

    def __init__(self, case: str, notice: str) -> None:
        text = "{case} is the case of another member; what concerns your company stands in its notice, /notices/{notice}"
        super().__init__(sentence(text, case=case, notice=notice))
        self.notice = notice


class TooLarge(InvalidInput):
    """A request body beyond the limit."""


class TooLongAddress(InvalidInput):
    """An address beyond the limit, most likely of a query."""


class WrongMediaType(InvalidInput):
    """A request body of a media type that the path does not take."""


class NotAcceptable(InvalidInput):
    """The request accepts no form of answer that is given here."""


class TooMany(Retryable):
    """Somebody asks for what costs more often than they may; `seconds` until the next request is taken."""

    def __init__(self, seconds: float) -> None:
        text = "too many requests of a kind that costs; come back in {seconds:.1f} s, or ask the operator for a higher rate"
        super().__init__(sentence(text, seconds=seconds))
        self.seconds = seconds


class TooManyStreams(Retryable):
    """More connections are held open than one caller, or all together, may have."""


# Looked up along the class's bases, so that an error that is not named here has the status of its nearest relative.
STATUS: dict[type[LedgerError], int] = {
    LedgerError: 500,
    InvalidInput: 400,  # what EPCIS 2.0 answers to malformed input
    NoKey: 401,
    Refused: 403,
    NotFound: 404,
    Conflict: 409,
    NotAcceptable: 406,
    NoXml: 406,
    TooLarge: 413,
    TooLongAddress: 414,
    WrongMediaType: 415,
    QueryTooLarge: 413,
    QueryTooComplex: 413,
    Retryable: 503,
    TooMany: 429,
    TooManyStreams: 429,
    EvidenceError: 409,
    WrongChain: 502,  # the node behind us is the one that is wrong
    Incomplete: 502,
    Fork: 503,  # passes once the mirror has rewound
}
# As EPCIS 2.0 calls what is wrong with a query.
KINDS: dict[type[LedgerError], str] = {
    NotAcceptable: "epcisException:NotAcceptableException",
    NoXml: "epcisException:NotAcceptableException",
    QueryParameter: "epcisException:QueryParameterException",
    QueryTooLarge: "epcisException:QueryTooLargeException",
    QueryTooComplex: "epcisException:QueryTooComplexException",
}
# As EPCIS 2.0 calls everything else that its own paths answer, by status (its openapi.json, components.responses).
EPCIS_KINDS: dict[int, str] = {
    400: "epcisException:ValidationException",
    401: "epcisException:SecurityException",
    403: "epcisException:SecurityException",
    404: "epcisException:NoSuchResourceException",
    409: "epcisException:ResourceAlreadyExistsException",
    413: "epcisException:CaptureLimitExceededException",
    414: "epcisException:URITooLongException",
    415: "epcisException:UnsupportedMediaTypeException",
    500: "epcisException:ImplementationException",
}
EPCIS_PATHS = (
    "/capture",
    "/events",
    "/eventTypes",
    "/epcs",
    "/bizSteps",
    "/bizLocations",
    "/readPoints",
    "/dispositions",
    "/nextPageToken",
    "/queries",
)
TITLES: dict[int, str] = {
    400: "The request breaks a rule",
    401: "Sign in, or send a key",
    403: "Not allowed",
    404: "Nothing is recorded under that name",
    405: "This path does not take that method",
    406: "Not given in a form that you accept",
    409: "It contradicts what is recorded",
    413: "Too large",
    414: "The address is too long",
    415: "Media type not taken here",
    429: "Too many requests; come back in a while",
    500: "Something went wrong on our side",
    502: "The chain node contradicts itself or our records",
    503: "Not possible at the moment; try again later",
}


class FieldProblem(BaseModel):
    """One thing that is wrong, where, and how to mend it."""

    field: str = Field(examples=["epcList/0"])
    problem: str = Field(examples=["check digit 7 is wrong"])
    fix: str = Field(examples=["the right check digit is 3"])


class Problem(BaseModel):
    """Problem details, RFC 9457."""

    type: str = Field(examples=[TYPES + "invalid-code"])
    title: str = Field(examples=[TITLES[400]])
    status: int = Field(examples=[400])
    detail: str
    errors: list[FieldProblem] = []
    requestId: str = Field(default="", description="of the header X-Request-ID; the operator finds the request by it")  # noqa: N815 (JSON)


def status_of(error: LedgerError) -> int:
    """The HTTP status of an error: its own, or that of its nearest base class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(error: LedgerError) -> Problem:
    """The problem document of one of our own errors."""
    errors = [FieldProblem(field=error.field, problem=error.problem, fix=error.fix)] if isinstance(error, InvalidInput) else []
    status = status_of(error)
    kind = KINDS.get(type(error)) or TYPES + _dashed(type(error).__name__)
    return Problem(type=kind, title=TITLES[status], status=status, detail=str(error), errors=errors)


def malformed(found: Sequence[FieldProblem]) -> Problem:
    """The problem document of a request whose parameters or body do not have the documented form."""
    detail = "; ".join(f"{one.field}: {one.problem}" for one in found)
    return Problem(type=TYPES + "invalid-input", title=TITLES[400], status=400, detail=detail, errors=list(found))


def plain(status: int, detail: str) -> Problem:
    """A problem document that says no more than its status and one sentence."""
    return Problem(type="about:blank", title=TITLES.get(status) or HTTPStatus(status).phrase, status=status, detail=detail)


def of_epcis(path: str) -> bool:
    """Whether a path is one of EPCIS 2.0's own."""
    return any(path == one or path.startswith(one + "/") for one in EPCIS_PATHS)


def named_for(path: str, problem: Problem) -> Problem:
    """The same problem, by the name that EPCIS 2.0 has for it if the path is one of its own."""
    if of_epcis(path) and not problem.type.startswith("epcisException:") and problem.status in EPCIS_KINDS:
        return problem.model_copy(update={"type": EPCIS_KINDS[problem.status]})
    return problem


def documented(*statuses: int, **answers: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route for its OpenAPI description, and further answers as `http_200={…}`.

    400 is an answer of every route, since every address may hold what `address.without_nul` refuses.
    """
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    every = sorted({400, *statuses, 500})
    problems: dict[int | str, dict[str, Any]] = {status: {"description": TITLES[status], "content": content} for status in every}
    return problems | {int(name.removeprefix("http_")): answer for name, answer in answers.items()}


def headers_of(error: Exception) -> dict[str, str]:
    """What RFC 9110 wants beside some statuses: how to authenticate, when to come back."""
    if isinstance(error, NoKey):
        return {"WWW-Authenticate": 'Bearer realm="traceledger"'}
    if isinstance(error, TooMany):
        return {"Retry-After": str(ceil(error.seconds))}
    if isinstance(error, Retryable | Fork):
        return {"Retry-After": "5"}
    return {"Connection": "close"} if isinstance(error, TooLarge) else {}


def _dashed(name: str) -> str:
    return "".join("-" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("-")
