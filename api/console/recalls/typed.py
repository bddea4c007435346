"""What somebody typed into the form of a suspicion, as the JSON that `recall.suspicion.asked` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from api.console.recalls.known import Known
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

LISTS = ("codes", "products", "suppliers", "machines", "places", "operators")
FIELDS = (*LISTS, "since", "until", "type", "uom", "below", "above")
_BETWEEN = re.compile(r"[\n\r;；]+")


def suspicion_in(fields: Mapping[str, str], names: Known, zone: tzinfo) -> dict[str, Any]:
    """Names become codes, moments are those of the reader's zone. InvalidInput names the field."""
    told: dict[str, Any] = {name: values for name in LISTS if (values := _values(fields.get(name, ""), _known(name, names)))}
    for name, field in (("since", "since"), ("before", "until")):
        if found := moment_in(fields, field, zone):
            told[name] = found.isoformat()
    limits = {name: text for name in ("below", "above") if (text := fields.get(name, "").strip())}
    if limits:
        told["reading"] = {name: fields.get(name, "").strip() for name in ("type", "uom")} | limits
    return told


def moment_in(fields: Mapping[str, str], field: str, zone: tzinfo) -> datetime | None:
    """A moment of the reader's zone; None where nothing is typed."""
    text = fields.get(field, "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field, sentence("{text!r} is no moment", text=text[:40]), "write it like 2026-09-01T06:10") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _known(name: str, names: Known) -> Mapping[str, Sequence[str]]:
    return {"products": names.products, "suppliers": names.places, "places": names.places}.get(name, {})


def _values(text: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    return [code for one in _BETWEEN.split(text) if (value := one.strip()) for code in names.get(value, (value,))]
