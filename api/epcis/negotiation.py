"""What a request may ask of the form of its answer: media type, versions, spelling of EPCs (EPCIS 2.0, headers of its OpenAPI).

`agreed` stands before every EPCIS route; what cannot be given is 406, never something else in silence.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import HTTPConnection

from api.problems import NotAcceptable
from ledger_client.epcis.epc_format import FORMATS, EpcFormat
from ledger_client.errors import InvalidInput

VERSION: Final = "2.0.0"  # of EPCIS and of the CBV
XML_VERSIONS: Final = frozenset({(1, 0, 0), (1, 1, 0), (1, 2, 0)})  # captured in XML beside 2.0
EPC_FORMAT: Final = "GS1-EPC-Format"
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}")
_OURS = (2, 0, 0)
_GIVEN: Final = frozenset({"*/*", "application/*", "application/json", "application/ld+json"})
_NEVER = re.compile(r"q=0(?:\.0*)?$")


def agreed(request: HTTPConnection) -> None:
    """A dependency: raises NotAcceptable where no answer of ours is what the request accepts."""
    _media_type(request)
    _versions(request, "EPCIS")
    _versions(request, "CBV")
    epc_format(request)


def epc_format(request: HTTPConnection) -> EpcFormat:
    """The spelling of EPCs that is asked for; as they were recorded where nothing is."""
    wanted = request.headers.get(EPC_FORMAT, "Never_Translates").strip()
    for one in FORMATS:
        if one == wanted:
            return one
    raise NotAcceptable(EPC_FORMAT, f"{wanted[:60]!r} is not known", f"choose {', '.join(FORMATS)}")


def _media_type(request: HTTPConnection) -> None:
    wanted = [one.strip() for one in ",".join(request.headers.getlist("accept")).lower().split(",") if one.strip()]
    if wanted and not any(map(_takes_ours, wanted)):
        raise NotAcceptable("Accept", f"{', '.join(wanted)[:80]!r} leaves out what is given here", "accept application/json")


def _takes_ours(accepted: str) -> bool:
    kind, *parameters = (part.strip() for part in accepted.split(";"))
    return kind in _GIVEN and not any(map(_NEVER.match, parameters))


def _versions(request: HTTPConnection, standard: str) -> None:
    """The range of an answer; and the version of a request's own body, which in XML may be an older one."""
    least, most, exact = (_version(request, f"GS1-{standard}-{which}") for which in ("Min", "Max", "Version"))
    if least and least > _OURS:
        raise NotAcceptable(f"GS1-{standard}-Min", "leaves out 2.0", f"{VERSION} is spoken here")
    if most and most < _OURS:
        raise NotAcceptable(f"GS1-{standard}-Max", "leaves out 2.0", f"{VERSION} is spoken here")
    if exact and exact != _OURS and not (request.scope.get("method") == "POST" and exact in XML_VERSIONS):
        raise NotAcceptable(f"GS1-{standard}-Version", "is not spoken here", f"{VERSION} is; XML is captured from 1.0 on")


def _version(request: HTTPConnection, name: str) -> tuple[int, ...] | None:
    text = request.headers.get(name, "").strip()
    if not text:
        return None
    if not _VERSION.fullmatch(text):
        raise InvalidInput(name, f"{text[:40]!r} is no version", f"write it like {VERSION}")
    numbers = tuple(map(int, text.split(".")))
    return (*numbers, 0, 0)[:3]
