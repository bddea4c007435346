"""The accounting of a case in words: a line for each product of each owner, and the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.console.event_rows import item_text
from api.console.notices.parts import RECALLS
from api.console.shown import Link, link
from api.console.words import ConsoleWords
from recall.cases.accounting import OUTCOMES, Line
from recall.cases.digest import amount
from recall.models import RecallCase


@dataclass(frozen=True, slots=True)
class Names:
    """`members` by number, `parties` and `products` by code, as master data state them."""

    words: ConsoleWords
    members: Mapping[int, str]
    parties: Mapping[str, str]
    products: Mapping[str, str]

    def owner(self, member: int | None, party: str) -> str:
        """Whose it is."""
        if member is not None:
            return self.members.get(member, str(member))
        return self.parties.get(party) or item_text(party) or self.words.say("recalls.owner.unknown")

    def product(self, code: str) -> str:
        """What it is."""
        return self.products.get(code) or item_text(code) or self.words.say("recalls.product.other")

    def amount(self, quantity: float, uom: str) -> str:
        """`432 件`, `8,916 kg`"""
        return self.words.amount(amount(quantity), uom)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One product of one owner. Amounts that are nought are empty."""

    owner: str
    url: str  # its units
    product: str
    affected: str
    here: str
    transit: str
    sold: str
    unknown: str
    recovered: str
    stated: str
    left: str
    is_open: bool
    account: str  # address of the form that accounts for it; empty: the reader may not, or nothing is left


def account_lines(case: RecallCase, lines: Sequence[Line], names: Names, *, may: bool) -> tuple[AccountLine, ...]:
    """Those with something to account for, what is open first."""
    told = [one for one in lines if one.affected or one.unsaid or one.stated]
    return tuple(_line(case, one, names, may=may) for one in sorted(told, key=lambda one: not (one.left or one.unsaid)))


def used_up(lines: Sequence[Line], names: Names) -> str:
    """What was made into something else, which is affected itself."""
    used = [one for one in lines if one.events.get("used", 0) > 0]
    return " · ".join(f"{names.product(one.product)} {names.amount(one.events['used'], one.uom)}" for one in used)


def _line(case: RecallCase, one: Line, names: Names, *, may: bool) -> AccountLine:
    def told(quantity: float) -> str:
        return names.amount(quantity, one.uom) if quantity else ""

    words, is_open = names.words, bool(one.left or one.unsaid)
    stated = [f"{words.say(f'recalls.outcome.{name}')} {told(one.stated[name])}" for name in OUTCOMES if one.stated.get(name)]
    unsaid = words.say("recalls.unsaid", count=one.unsaid) if one.unsaid else ""
    form = link(f"{RECALLS}/{case.id}/account", owner=str(one.key), product=one.product, uom=one.uom)
    return AccountLine(
        owner=names.owner(one.member_id, one.party),
        url=link(f"{RECALLS}/{case.id}/units", owner=str(one.key)),
        product=names.product(one.product),
        affected=" ".join(filter(None, (told(one.affected), unsaid))),
        **{name: told(one.states.get(name, 0)) for name in ("here", "transit", "sold", "unknown")},
        recovered=told(one.recovered_by_events),
        stated=" · ".join(stated),
        left=" ".join(filter(None, (told(one.left), unsaid))),
        is_open=is_open,
        account=form if may and is_open else "",
    )


def links_of(case: RecallCase) -> tuple[Link, ...]:
    """The files of a case."""
    return tuple(Link(link(f"/recalls/{case.id}/export", form=form), form.upper()) for form in ("csv", "json"))
