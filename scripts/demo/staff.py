"""People who may sign in to the demo's console, one for each role. Their passwords lie beside the demo's other files and are printed."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from accounts import audit, people
from accounts.roles import Role
from ledger_client import keys
from scripts.demo.companies import PLANT
from scripts.found import signer_file
from scripts.home import Home, write_private

STAFF = {
    Role.PARTNER: ("zhou", "周班长 Zhou, filling line"),
    Role.QUALITY: ("lin", "林质量 Lin, quality manager"),
    Role.AUDITOR: ("wang", "王检 Wang, market regulator"),
    Role.OPERATOR: ("operator", "操作员 Operator"),
}
_WRITES = (Role.PARTNER, Role.QUALITY)


def hire(session: Session, home: Home) -> None:
    """Make the accounts, those that record events with the dairy plant's key, and write down their passwords."""
    signer, told = keys.address(signer_file(home, PLANT.key)), []
    for role, (name, shown_as) in STAFF.items():
        signs = signer if role in _WRITES else None
        account = people.by_name(session, name) or people.create(session, name, role, display_name=shown_as, signer=signs)
        told.append({"name": name, "role": role.value, "password": people.draw_password(session, account, one_time=False)})
        audit.write(session, audit.SYSTEM, "account_created", name, role=role.value)
    home.first_password_file.unlink(missing_ok=True)
    write_private(home.path / "staff.json", json.dumps(told, indent=1))


def passwords(home: Home) -> list[dict[str, str]]:
    """Name, role and password of each; empty for a folder that was filled before there were any."""
    file = home.path / "staff.json"
    return json.loads(file.read_text()) if file.exists() else []
