"""The page that recognises codes: empty, every kind of code, notes, and what is none."""

from __future__ import annotations

from api.console.scan import scan_page
from ledger_client.codes.own_scheme import OwnScheme, OwnSegment
from ledger_client.codes.scan import SPELLINGS, scan
from ledger_client.errors import InvalidCode
from tests.console.sampled import HOSTILE

OWN = OwnScheme(HOSTILE, "https://code.example.com/crate/", (OwnSegment("", text="MK"), OwnSegment(HOSTILE, width=4)))
TEXTS = (
    "https://trace.example.cn/01/6901234567892/22/V2/21/A1?17=270105&3103=bad",
    "]d20106901234567892172701051012345{GS}21A1",
    "(01)06901234567892(10)L7(8013)1987654Ad4X4bL5ttr2310c2K",
    "6901234567892",
    "04252614",
    "369012345681234560",
    "urn:epc:id:sgtin:6901234.056789.1001",
    "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
    "urn:epc:raw:96.x3074257BF7194E4000001A85",
    "3635A537C83775664FA8B60B10000000000000000000000000",
    "81234567890123456789",
    "Ecode 10064123456789",
    "MK0001",
    "https://example.com/x",
)
SCANS = {scan(text, [OWN]).spelling: (text, scan(text, [OWN])) for text in TEXTS}
assert SCANS.keys() == SPELLINGS.keys()


def shown(text, found, *, recorded):
    """A sample of one text."""
    return lambda visit: scan_page(visit, text, found, recorded=recorded)


PAGES = {
    "empty": lambda visit: scan_page(visit, "", None),
    "nothing": lambda visit: scan_page(visit, HOSTILE, InvalidCode(HOSTILE, HOSTILE, HOSTILE)),
    "check_digit": lambda visit: scan_page(visit, "6901234567893", InvalidCode("GTIN", "has the check digit 3, which is wrong", HOSTILE)),
    **{name: shown(text, found, recorded=number % 2 == 0) for number, (name, (text, found)) in enumerate(SCANS.items())},
}
