"""What an asker may be told of who took part: the policies of members, by role (spec 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger_client.disclosure import AUDIENCES, Kind
from ledger_client.genealogy import Role
from records.audiences import View
from tracing.level import Sees
from tracing.read import Said

PROPERTIES: Mapping[int, Sequence[str]] = {
    Role.OBJECT: ("epcList", "quantityList"),
    Role.PARENT: ("parentID",),
    Role.CHILD: ("childEPCs", "childQuantityList"),
    Role.INPUT: ("inputEPCList", "inputQuantityList"),
    Role.OUTPUT: ("outputEPCList", "outputQuantityList"),
    Role.LOT: ("ilmd",),
    Role.PROCESS: ("transformationID",),
}


def sees(view: View) -> Sees:
    """Whether the view shows who took part in a role: all properties that name things in it have to be shown."""
    rank, known = AUDIENCES.index(view.audience), dict[tuple[bytes, str, str, int], bool]()

    def seen(said: Said, role: int) -> bool:
        key = (said.signer, said.type, said.step, role)
        if key not in known:
            policy, kind = view.policies.of(said.signer), Kind(said.type, said.step)
            known[key] = all(AUDIENCES.index(policy.lowest(kind, name)) <= rank for name in PROPERTIES[role])
        return known[key]

    return seen
