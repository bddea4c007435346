"""A page's form with a file, as a browser sends it: no larger than a document may be, every field once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.body import FORM
from api.problems import TooLarge, WrongMediaType
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MOST_FIELDS = 600


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields by name, and the file; its content is empty if none was chosen."""

    fields: dict[str, str]
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)


async def upload_of(request: Request) -> Upload:
    """The form; raises TooLarge, WrongMediaType or InvalidInput before more than the limit is read."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise WrongMediaType("Content-Type", "is no form with a file", sentence("use {form}", form=FORM))
    limit: int = request.app.state.settings.document_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge("body", sentence("is larger than {size} MB", size=limit // (1024 * 1024)), "split the file")

    async def whole() -> AsyncGenerator[bytes, None]:
        yield bytes(body)

    try:
        form = await MultiPartParser(request.headers, whole(), max_files=1, max_fields=MOST_FIELDS).parse()
    except MultiPartException as error:
        raise InvalidInput("body", sentence("is no form: {error}", error=str(error)), "open the page anew and send it again") from None
    try:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        content = await file.read() if file else b""
    finally:
        await form.close()
    if any("\0" in name + value for name, value in fields.items()):
        raise InvalidInput("body", "holds a NUL character", "leave it out")
    return Upload(fields, (file.filename or "") if file else "", content)


Uploaded = Annotated[Upload, Depends(upload_of)]
