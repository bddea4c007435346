"""What a log line may hold: the one list of names, each of a kind that keeps payloads and secrets out by its form.

A name that is not listed is dropped from the line and told under `dropped`; a value that is not of its kind is withheld. So a line can
only hold numbers, hashes, ids, words of ours, and what the chain or the storage had to say. Texts of requests have no kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

WITHHELD = "(withheld)"
_LONGEST = 300
_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_ROUTE = re.compile(r"/[A-Za-z0-9_./{}:-]{0,120}|none|static")


def number(value: Any) -> object:  # noqa: ANN401 (whatever a caller gives)
    """A count, a block, a row's number, seconds."""
    return round(value, 6) if isinstance(value, float) else value if isinstance(value, int) else WITHHELD


def digest(value: Any) -> object:  # noqa: ANN401
    """An address or a hash of the chain, as hex."""
    return "0x" + value.hex() if isinstance(value, bytes) and len(value) in (20, 32) else WITHHELD


def identifier(value: Any) -> object:  # noqa: ANN401
    """A name that a machine drew: a job's UUID, a request id."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else WITHHELD


def word(value: Any) -> object:  # noqa: ANN401
    """A value of one of our enumerations, the name of a process, of an error's class."""
    return str(value) if isinstance(value, str | StrEnum) and _WORD.fullmatch(value) else WITHHELD


def words(value: Any) -> object:  # noqa: ANN401
    """Several of them."""
    return [word(one) for one in value] if isinstance(value, list | tuple) else WITHHELD


def route(value: Any) -> object:  # noqa: ANN401
    """A route's template, never the path that was asked for."""
    return value if isinstance(value, str) and _ROUTE.fullmatch(value) else WITHHELD


def remark(value: Any) -> object:  # noqa: ANN401
    """One line that we, the chain's node or the database's connection wrote; none of them knows a payload or a secret."""
    return value.split("\n", 1)[0][:_LONGEST] if isinstance(value, str) else WITHHELD


FIELDS: Mapping[str, Callable[[Any], object]] = {
    # every line
    "event": word,
    "level": word,
    "time": remark,
    "process": word,
    "request_id": identifier,
    # requests
    "method": word,
    "route": route,
    "status": number,
    "seconds": number,
    # captured events
    "capture": identifier,
    "state": word,
    "outcome": word,
    "behaviour": word,
    "events": number,
    "record": number,
    "records": number,
    "first_record": number,
    "last_record": number,
    "documents": number,
    "key_version": number,  # of a master key
    # publishing
    "signer": digest,
    "transaction": digest,
    "nonce": number,
    "anchors": number,
    "first_item": number,
    "last_item": number,
    "item_id": digest,
    "block": number,
    "block_hash": digest,
    "failures": number,
    "reason": remark,  # of a lane, the mirror or the embedded chain: what hinders it
    # codes
    "order": number,
    "codes": number,
    # the sentinel
    "kind": word,
    "table": word,
    "row": identifier,
    "column": word,
    "found": number,
    "resolved": number,
    "channel": word,
    "notice": number,
    "delivery": identifier,
    "subscription": identifier,
    # processes
    "job": word,
    "chain_id": number,
    "url": remark,  # our own address
    "code": number,
    "file": remark,  # one of our own
    "logger": word,
    "place": remark,
    # errors
    "error": word,
    "trace": remark,
    "caused_by": words,
    "sqlstate": word,
    "constraint": word,
    "dropped": words,
}


def kept(given: Mapping[str, Any]) -> dict[str, object]:
    """The fields that may be said, each in its form; the names of the others under `dropped`."""
    told = {name: FIELDS[name](value) for name, value in given.items() if name in FIELDS and value is not None}
    dropped = [name for name in given if name not in FIELDS]
    return told | ({"dropped": words(dropped)} if dropped else {})
