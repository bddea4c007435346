"""Custody: nothing to look into, every state, a page that stopped early."""

from __future__ import annotations

from api.console.custody import Filters, custody_page
from api.console.tracing.named import Names
from tests.console.sampled import HOSTILE, NOW
from tracing.answer import Party
from tracing.custody.handover import Handover
from tracing.custody.listing import Found, Goods, Line

SIGNER = bytes.fromhex("11" * 20)
SHOP = Party("https://id.gs1.org/417/6999476200008", "https://id.gs1.org/414/6999476200114")
SENT = Handover(7, "urn:x:1", NOW, "shipping", SIGNER, HOSTILE, destination=SHOP, temperature=(2.1, 3.4))
CAME = Handover(8, HOSTILE, NOW, "receiving", SIGNER, SHOP.place, temperature=(8.0, 9.5), disposition="returned")
LOT = Goods("https://id.gs1.org/01/06901234567892/10/L7", 288, 276, "")
MILK = Goods("https://id.gs1.org/01/06901234567892/10/%3Cscript%3Ealert(1)%3C", 1000.25, 0, "KGM")
LINES = (
    Line("open", SENT, (MILK,), 1),
    Line("differs", SENT, (LOT,) * 6, 31, ("quantity", "time", "temperature"), CAME),
    Line("unsent", CAME, (LOT,), 1),
    Line("left", SENT, (LOT, MILK), 5),
    Line("withheld", SENT, (LOT,), 1),
)
NONE = Filters()


def shown(visit, lines, older=None, filters=NONE):
    """The page of some lines."""
    names = Names(visit.words, {SHOP.place: HOSTILE}, {LOT.code: HOSTILE}, {SIGNER: HOSTILE})
    return custody_page(visit, filters, Found(tuple(lines), older, 412, undrawn=older is not None), {SHOP.place: HOSTILE}, [], names)


PAGES = {
    "nothing": lambda visit: shown(visit, []),
    "all": lambda visit: shown(visit, LINES, (NOW, 7)),
    "open": lambda visit: shown(visit, [], (NOW, 7), Filters("open", 90, SHOP.place, "1")),
    "elsewhere": lambda visit: shown(visit, [], filters=Filters("left", 7, HOSTILE)),
}
