"""Which properties of an event which audience is shown, unless a member's own policy says otherwise (design section 4).

Data for `prove` and the API. Master data: extensions (a name with a colon) are a company's own business and stay with partners.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

Audience = Literal["public", "partners", "regulator"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

# What happened, when, where, in which state; not with whom, on which orders, in which quantities.
PUBLIC = frozenset(
    {
        "@context", "type", "eventID", "eventTime", "eventTimeZoneOffset", "action", "bizStep", "disposition", "persistentDisposition",
        "readPoint", "bizLocation", "ilmd", "sensorElementList", "certificationInfo", "errorDeclaration", "transformationID",
    }
)  # fmt: skip

# Orders and invoices name prices and counterparts of one deal; the other partners have no part in it.
KEPT_FROM_PARTNERS = frozenset({"bizTransactionList"})


def shown(audience: Audience, names: Collection[str]) -> frozenset[str]:
    """Which of an event's property names the audience is shown by default."""
    if audience == "regulator":
        return frozenset(names)
    if audience == "partners":
        return frozenset(names) - KEPT_FROM_PARTNERS
    return PUBLIC.intersection(names)
