"""Found a consortium: keys for every company, the contracts, the deployment file, the first bearer keys.

Called once by `up` and `demo` when an installation's folder is empty; everything it makes lies in that folder (see `home`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from sqlalchemy.orm import Session

from accounts import api_keys, audit, people
from accounts import models as account_models
from accounts.roles import Role as AccountRole
from ledger_client import keys
from ledger_client.council.sending import connect
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput
from ledger_client.onchain import Role
from scripts.deploy import Founder, deploy
from scripts.home import Home, write_private

SIGNER = ".signer.json"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Company:
    """A founding member. `slug` names its files: letters, digits and hyphens."""

    slug: str
    name: str
    endpoint: str = ""
    roles: Role = Role.WRITER | Role.OPERATOR


def found(home: Home, rpc: str, companies: Sequence[Company], *, threshold: int | None = None, work: int = keys.SCRYPT_WORK) -> Deployment:
    """Make keys, deploy, and write the deployment file last: a crash before it starts over with fresh contracts and the same keys.

    `threshold`: approvals a decision needs, a majority of the companies if not given. `work`: scrypt cost of the key files.
    """
    founders = [_founder(home, company, work) for company in companies]
    deployment = deploy(connect(rpc), Account.create(), founders, threshold or len(companies) // 2 + 1)
    write_private(home.deployment_file, json.dumps(deployment.to_json(), indent=2) + "\n")
    return deployment


def issue_keys(session: Session, home: Home) -> None:
    """One bearer key for each signer's key file, in `api-keys/SLUG`; the first one is also the command line's `api-key`.

    Raises InvalidInput when the folder holds no signer.
    """
    slugs = sorted(file.name.removesuffix(SIGNER) for file in home.keys.glob(f"*{SIGNER}"))
    if not slugs:
        raise InvalidInput(str(home.keys), "holds no key that signs", "make one: python -m scripts.keys create NAME")
    for slug in slugs:
        file = home.path / "api-keys" / slug
        if not file.exists() or api_keys.key_of(session, file.read_text()) is None:  # a crash may have left a file without its row
            write_private(file, api_keys.issue(session, machine(session, slug, keys.address(signer_file(home, slug))), slug))
    write_private(home.api_key_file, (home.path / "api-keys" / slugs[0]).read_text())


def first_operator(session: Session, home: Home) -> None:
    """An account called `operator`, if nobody may operate yet; its first password lies in `first-password` until it is changed."""
    if people.operators(session):
        return
    account = people.by_name(session, OPERATOR) or people.create(session, OPERATOR, AccountRole.OPERATOR)
    people.set_role(session, account, AccountRole.OPERATOR)  # nobody else operates, whatever it was for before
    write_private(home.first_password_file, people.draw_password(session, account) + "\n")
    audit.write(session, audit.SYSTEM, "account_created", OPERATOR, role=AccountRole.OPERATOR.value)


def machine(session: Session, name: str, signer: bytes | None) -> account_models.Account:
    """The account of a machine that writes with that signer, or writes nothing; made at the first call."""
    found = people.by_name(session, name)
    return found or people.create(session, name, AccountRole.MACHINE, signer=signer)


def signer_file(home: Home, slug: str) -> Path:
    """The key file that a company anchors with."""
    return home.keys / f"{slug}{SIGNER}"


def governor_file(home: Home, slug: str) -> Path:
    """The key file that a company votes with."""
    return home.keys / f"{slug}.council.json"


def _founder(home: Home, company: Company, work: int) -> Founder:
    home.keys.mkdir(mode=0o700, exist_ok=True)
    files = [signer_file(home, company.slug), governor_file(home, company.slug)]
    for file in files:
        if not file.exists():
            keys.create(file, home.passphrase(), work)
    signer, governor = (keys.address(file) for file in files)
    return Founder(company.name, company.endpoint, company.roles, governor, (signer,))
