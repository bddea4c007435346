"""A page's form as it arrives: small, and every field once."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.problems import TooLarge, WrongMediaType
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST = 64 * 1024  # bytes
MOST_FIELDS = 600  # a policy of one kind of event has a field for each property


async def fields_of(request: Request) -> dict[str, str]:
    """The fields by name; raises TooLarge, WrongMediaType or InvalidInput before more than the limit is read."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != MEDIA_TYPE:
        raise WrongMediaType("Content-Type", "is no form", sentence("use {media_type}", media_type=MEDIA_TYPE))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise TooLarge("body", sentence("is larger than {size} KB", size=MOST // 1024), "shorten what the fields hold")
    return _read(bytes(body))


def _read(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidInput("body", "is no form", "send name=value pairs, percent-encoded UTF-8") from None
    fields = dict(pairs)
    for name, value in pairs:
        if "\0" in name + value:
            raise InvalidInput(name.replace("\0", ""), "holds a NUL character", "leave it out")
    if len(fields) != len(pairs):
        raise InvalidInput("body", "names a field twice", "send each field once")
    return fields


Fields = Annotated[dict[str, str], Depends(fields_of)]
