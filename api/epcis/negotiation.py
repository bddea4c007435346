"""What a request may ask of the form of its answer: media type, versions, spelling of EPCs (EPCIS 2.0, headers of its OpenAPI).

`agreed` stands before every EPCIS route; what cannot be given is 406, never something else in silence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from starlette.requests import HTTPConnection

from api.problems import NotAcceptable
from ledger_client.epcis.epc_format import FORMATS, EpcFormat
from ledger_client.epcis.query.document import JSON, Form
from ledger_client.epcis.xml.spelling import CBV_FORMATS, CbvFormat
from ledger_client.errors import InvalidInput

VERSION: Final = "2.0.0"  # of EPCIS and of the CBV
XML_VERSIONS: Final = frozenset({(1, 0, 0), (1, 1, 0), (1, 2, 0)})  # captured in XML beside 2.0
EPC_FORMAT: Final = "GS1-EPC-Format"
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}")
_OURS = (2, 0, 0)
CBV_FORMAT: Final = "GS1-CBV-XML-Format"
_JSON, _XML = ("application/json", "application/ld+json"), ("text/xml", "application/xml")
_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def agreed(request: HTTPConnection) -> None:
    """A dependency of what is told in JSON: raises NotAcceptable where no answer of ours is what the request accepts."""
    _agree(request, _JSON)


def agreed_also_xml(request: HTTPConnection) -> None:
    """The same of what is told in XML too."""
    _agree(request, (*_JSON, *_XML))


def likes_json(request: HTTPConnection) -> bool:
    """Whether JSON is liked better than a page for people."""
    accepted = _accepted(request)
    return _quality(accepted, _JSON) > _quality(accepted, ("text/html",))


def likes_xml(request: HTTPConnection) -> bool:
    """Whether a problem is told in XML."""
    accepted = _accepted(request)
    return _quality(accepted, (*_XML, "application/problem+xml")) > _quality(accepted, (*_JSON, "application/problem+json"))


def form_of(request: HTTPConnection) -> Form:
    """The form of events that is asked for: XML where it is liked better than JSON."""
    accepted = _accepted(request)
    if _quality(accepted, _JSON) >= _quality(accepted, _XML):
        return Form(JSON, epc_format(request), cbv_format(request))
    kind = "text/xml" if accepted.get("text/xml", 0) > accepted.get("application/xml", 0) else "application/xml"
    return Form(kind, epc_format(request), cbv_format(request))


def subscribed_form(request: HTTPConnection) -> Form:
    """The same of what is sent to a subscriber, who also says by a spelling of the CBV's words that XML is wanted: JSON has but one."""
    form = form_of(request)
    return replace(form, media_type="application/xml") if form.media_type == JSON and CBV_FORMAT in request.headers else form


def _agree(request: HTTPConnection, given: tuple[str, ...]) -> None:
    if not _quality(_accepted(request), given):
        wanted = ", ".join(request.headers.getlist("accept"))
        raise NotAcceptable(
            "Accept", f"{wanted[:80]!r} leaves out what is given here", f"accept {' or '.join(sorted({given[0], given[-1]}))}"
        )
    _versions(request, "EPCIS")
    _versions(request, "CBV")
    epc_format(request)
    cbv_format(request)


def epc_format(request: HTTPConnection) -> EpcFormat:
    """The spelling of EPCs that is asked for; as they were recorded where nothing is."""
    wanted = request.headers.get(EPC_FORMAT, "Never_Translates").strip()
    for one in FORMATS:
        if one == wanted:
            return one
    raise NotAcceptable(EPC_FORMAT, f"{wanted[:60]!r} is not known", f"choose {', '.join(FORMATS)}")


def cbv_format(request: HTTPConnection) -> CbvFormat:
    """The spelling of the CBV's words in XML that is asked for."""
    wanted = request.headers.get(CBV_FORMAT, "No_Preference").strip()
    for one in CBV_FORMATS:
        if one == wanted:
            return one
    raise NotAcceptable(CBV_FORMAT, f"{wanted[:60]!r} is not known", f"choose {', '.join(CBV_FORMATS)}")


def _accepted(request: HTTPConnection) -> dict[str, float]:
    """Which media types a request accepts, and how much it likes each (RFC 9110 12.5.1)."""
    found: dict[str, float] = {}
    for entry in ",".join(request.headers.getlist("accept")).lower().split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        if kind:
            found[kind] = next((float(match[1]) for one in parameters if (match := _QUALITY.fullmatch(one))), 1.0)
    return found or {"*/*": 1.0}


def _quality(accepted: dict[str, float], kinds: tuple[str, ...]) -> float:
    """How much the best of some media types is liked; what names them most exactly counts."""
    for names in (kinds, tuple(f"{kind.partition('/')[0]}/*" for kind in kinds), ("*/*",)):
        if found := [accepted[name] for name in names if name in accepted]:
            return max(found)
    return 0.0


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
