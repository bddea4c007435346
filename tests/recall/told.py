"""A dairy whose milk went to a shop of the consortium and to somebody outside, and the cases that it opens on all of it."""

from __future__ import annotations

from accounts import people
from accounts.roles import Role
from recall import cases
from recall.cases.closing import close
from recall.cases.opening import Wanted, open_case
from recall.drill.figures import facts
from recall.suspicion import asked
from recall.writing import Person
from records.audiences import Policies, View
from records.query.index import step as index_step
from tests.api.served import Server, event
from tests.conftest import address_of

OUTSIDE = "https://id.gs1.org/417/6901234000030"
SHOP, DAIRY = "https://id.gs1.org/417/6901234000023", "https://id.gs1.org/417/6901234000016"
CODES = [f"https://id.gs1.org/01/06901234567892/21/A{number}" for number in range(1, 7)]
PLACE = {"readPoint": {"id": "https://id.gs1.org/414/6901234000054"}}


def to(owner: str) -> dict[str, object]:
    """A hand-over by the dairy."""
    return {"sourceList": [{"type": "owning_party", "source": DAIRY}], "destinationList": [{"type": "owning_party", "destination": owner}]}


def lin_of(server: Server) -> Person:
    """The quality manager of the first member."""
    return Person("lin", address_of(server.installation.ledger.signers[0]))


def sold(server: Server) -> None:
    """What the dairy made went to the shop, which received it, and to somebody outside."""
    server.record(event("commissioning", 1, action="ADD", epcList=CODES))
    server.record(event("shipping", 2, epcList=CODES[:3], **to(SHOP)), event("shipping", 2, epcList=CODES[3:5], **to(OUTSIDE)))
    server.record(event("receiving", 3, epcList=CODES[:3], **to(SHOP), **PLACE), member=1)
    with server.installation.sessions.begin() as session:
        people.create(session, "zhou", Role.PARTNER, signer=address_of(server.installation.ledger.signers[1]))
        while index_step(session):
            pass


def opened(server: Server, kind: str = "drill") -> str:
    """Open a case on everything that was made."""
    with server.installation.sessions.begin() as session:
        wanted = Wanted("演练", "a yearly drill", asked.of({"codes": CODES}), kind)
        return open_case(session, wanted, lin_of(server), View("regulator", Policies())).number


def closed(server: Server, number: str) -> None:
    """Close it, with its figures, and let the chain have that."""
    with server.installation.sessions.begin() as session:
        case = cases.one(session, number)
        told = facts(session, case)
        close(session, case.id, "drill is over", lin_of(server), release=True, remainder="nothing is taken back in a drill", facts=told)
    server.installation.work()
