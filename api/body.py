"""A request body, read no further than it may be: one that is too large is refused while it arrives.

The only asynchronous code of the package: it waits for the network and hands whole bytes to synchronous handlers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from typing import Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.problems import TooLarge, WrongMediaType
from ledger_client.errors import InvalidInput

JSON = ("application/json",)
XML = ("application/xml", "text/xml")
EPCIS = ("application/json", "application/ld+json", *XML)
EPCIS_BODY = {"required": True, "content": {kind: {"schema": {"type": "string" if kind in XML else "object"}} for kind in EPCIS}}
FORM = "multipart/form-data"
BUNDLE = ("application/json", "application/vnd.traceledger.bundle+json", "application/octet-stream", FORM)
SMALL = 64 * 1024  # bytes of what is no document
Model = TypeVar("Model", bound=BaseModel)


def body_of(media_types: Collection[str], most: int | None = None) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that gives the whole body; raises WrongMediaType, TooLarge or InvalidInput before more than the limit is read.

    `most`: bytes; by default what the settings allow a document.
    """

    async def read(request: Request) -> bytes:
        limit: int = most or request.app.state.settings.document_bytes
        _check_media_type(request, media_types)
        _check_announced(request, limit)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
        if not body:
            raise InvalidInput("body", "is empty", "send the document as the request body")
        return await _file_in(request, bytes(body)) if _media_type(request) == FORM else bytes(body)

    return read


def json_of(model: type[Model], most: int = SMALL) -> Callable[..., Model]:
    """A dependency that gives a small JSON body in the form of `model`; RequestValidationError names each field that is not."""

    def read(body: Any = Depends(body_of(JSON, most))) -> Model:  # noqa: ANN401, B008 (FastAPI's form)
        try:
            found = model.model_validate_json(body)
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_url=False)) from None
        if b"\\u0000" in body and (path := _nul_in(json.loads(body), "")):
            raise InvalidInput(path, "holds a NUL character (\\u0000)", "leave it out")
        return found

    return read


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI description says of such a body, for a route's `openapi_extra`."""
    schema = {"schema": model.model_json_schema(ref_template="#/components/schemas/{model}")}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}


def _nul_in(value: Any, path: str) -> str:  # noqa: ANN401 (JSON)
    """Where a text holds what PostgreSQL can neither keep nor look for; empty for nowhere."""
    if isinstance(value, str):
        return path if "\0" in value else ""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next((found for name, one in entries if (found := _nul_in(one, f"{path}/{name}".lstrip("/")))), "")


async def _file_in(request: Request, body: bytes) -> bytes:
    """The first file of a form, as a browser sends it."""

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, whole()).parse()
    except MultiPartException as error:
        raise InvalidInput("body", f"is no form: {error}", "send one file") from None
    file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
    if file is None:
        raise InvalidInput("body", "holds no file", "send one file")
    try:
        return await file.read()
    finally:
        await form.close()


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def _check_media_type(request: Request, media_types: Collection[str]) -> None:
    said = request.headers.get("content-type", "")
    if _media_type(request) not in media_types:
        raise WrongMediaType("Content-Type", f"is {said!r}" if said else "is missing", "use " + " or ".join(media_types))


def _check_announced(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    if limit == SMALL:
        return TooLarge("body", f"is larger than {limit // 1024} KB", "shorten what the fields hold")
    return TooLarge("body", f"is larger than {limit // (1024 * 1024)} MB", "split the document into several captures")
