"""What became of the units of a case, and what is not accounted for: by events that arrived since it began, and by what people state.

Accounted for is what came back, was destroyed, or of which somebody states what became of it. What was used lives on in what was made of
it, which is affected itself. Amounts of different products and units are never added up.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from recall.cases.digest import amount
from recall.cases.listing import for_change
from recall.cases.notes import note
from recall.cases.units import Owned, units_by_owner
from recall.models import RecallAccount, RecallCase
from recall.writing import Person, remark_of
from records import row_seals
from records.columns import milliseconds, now

OUTCOMES = ("returned", "destroyed", "consumed", "not_found")
RECOVERED = frozenset({"returned", "destroyed"})
_OPEN = ("here", "transit", "sold", "unknown")
_LEAST = 1e-6


@dataclass(slots=True)
class Line:
    """One product of one owner, in one unit. Amounts: `states` of what is still open, `events` and `stated` by outcome."""

    key: int
    member_id: int | None
    party: str
    product: str
    uom: str
    states: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # here, transit, sold, unknown
    events: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # returned, destroyed, ended (before the case), used
    stated: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    unsaid: int = 0  # things of which nobody says how much; they are accounted for by a reason only
    lost: int = 0  # of them those of which nobody knows where they are

    @property
    def affected(self) -> float:
        """What has to be accounted for."""
        return sum(self.states.values()) + self.recovered_by_events

    @property
    def recovered_by_events(self) -> float:
        """Returned and destroyed, as events say that arrived since the case began."""
        return sum(self.events.get(name, 0.0) for name in RECOVERED)

    @property
    def recovered(self) -> float:
        """The same with what people state; no more than there is."""
        return min(self.affected, self.recovered_by_events + sum(self.stated.get(name, 0.0) for name in RECOVERED))

    @property
    def left(self) -> float:
        """Not accounted for."""
        rest = sum(self.states.values()) - sum(self.stated.values())
        return rest if rest > _LEAST else 0.0


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says became of units of an owner (`key`), of one product and unit."""

    key: int
    product: str
    uom: str
    outcome: str
    quantity: float
    note: str = ""


def balance(session: Session, case: RecallCase) -> list[Line]:
    """Every line of a case, in the order of its owners."""
    lines: dict[tuple[int, str, str], Line] = {}
    for one in units_by_owner(session, case):
        for share in one.shares:
            line = _line(lines, one, share.product, share.uom)
            into = line.events if share.outcome or share.state in ("used", "ended") else line.states
            into[share.outcome or share.state] += share.quantity or 0.0
            line.unsaid += share.unsaid if share.state in _OPEN and not share.outcome else 0
            line.lost += share.unsaid if share.state == "unknown" and not share.outcome else 0
    for account in accounts(session, case):
        owner = Owned(account.member_id, account.party, account.owner_key, ())
        _line(lines, owner, account.product, account.uom).stated[account.outcome] += account.quantity
    return list(lines.values())


def _line(lines: dict[tuple[int, str, str], Line], owner: Owned, product: str, uom: str) -> Line:
    return lines.setdefault((owner.key, product, uom), Line(owner.key, owner.member_id, owner.party, product, uom))


def all_accounted(lines: Iterable[Line]) -> bool:
    """Whether nothing is left open."""
    return not any(line.left or line.unsaid for line in lines)


def effectiveness(lines: Sequence[Line]) -> float | None:
    """Per cent of what is affected that came back or was destroyed: of the product of which least did. None where nothing has an amount."""
    sums: Mapping[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line in lines:
        both = sums[line.product, line.uom]
        both[0] += line.affected
        both[1] += line.recovered
    shares = [100 * recovered / affected for affected, recovered in sums.values() if affected > 0]
    return min(shares, default=None)


def accounts(session: Session, case: RecallCase) -> Sequence[RecallAccount]:
    """What was stated, oldest first."""
    return session.scalars(select(RecallAccount).where(RecallAccount.case_id == case.id).order_by(RecallAccount.at, RecallAccount.id)).all()


def state(session: Session, case_id: str, said: Statement, by: Person) -> RecallAccount:
    """Write down what became of units. InvalidInput names the field that is wrong, also where more is stated than is open."""
    case = for_change(session, case_id, by)
    line = next((one for one in balance(session, case) if (one.key, one.product, one.uom) == (said.key, said.product, said.uom)), None)
    if line is None:
        raise InvalidInput("owner", "has no affected units of that product", "choose one of the lines of the case")
    if said.outcome not in OUTCOMES:
        raise InvalidInput(
            "outcome", sentence("{outcome!r} is none", outcome=said.outcome[:40]), sentence("use {known}", known=", ".join(OUTCOMES))
        )
    if not 0 < said.quantity < 1e12 or (said.quantity > line.left + _LEAST and not line.unsaid):
        fix = sentence("{left} are not accounted for yet", left=amount(line.left))
        raise InvalidInput("quantity", "is not above zero, or more than is open", fix)
    remark = remark_of(said.note)
    facts = {"act": "accounted", "outcome": said.outcome, "quantity": said.quantity, "uom": said.uom, "product": said.product}
    facts |= {"ownerMember": line.member_id} if line.member_id else {"owner": line.party}
    record = note(session, case, by, {name: value for name, value in (facts | {"note": remark}).items() if value not in ("", None)})
    row = RecallAccount(id=str(uuid.uuid4()), case_id=case.id, member_id=line.member_id, party=line.party, owner_key=line.key)
    row.product, row.uom, row.outcome, row.quantity, row.note = said.product, said.uom, said.outcome, said.quantity, remark
    row.at, row.by_name, row.record = milliseconds(now()), by.name[:200], record
    session.add(row)
    row_seals.seal(session, row)
    return row
