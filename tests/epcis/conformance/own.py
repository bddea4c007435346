"""Our own server, for runs that name no other: real HTTP, its jobs at work as an operator's are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from accounts import api_keys, people
from accounts.roles import RIGHTS, Role
from records.query import index
from tests.api.served import Installation, installed, serving
from tests.conftest import address_of, deploy_ledger


@contextmanager
def own_server(anvil: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    ledger, stop = deploy_ledger(anvil), threading.Event()
    with installed(ledger, f"sqlite:///{folder / 'ledger.db'}") as installation, serving(installation) as served:
        with installation.sessions.begin() as session:
            account = people.create(session, "conformance", Role.QUALITY, signer=address_of(ledger.signers[0]))
            key = api_keys.issue(session, account, "conformance", RIGHTS[Role.QUALITY])
        jobs = threading.Thread(target=_work, args=(installation, stop), daemon=True)
        jobs.start()
        yield served.url, {"Authorization": f"Bearer {key}"}
        stop.set()
        jobs.join(30)
    ledger.chain.close()


def _work(installation: Installation, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        installation.capture()
        with installation.sessions.begin() as session:
            index.step(session)
