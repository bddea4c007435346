"""`python -m scripts.demo`: the whole system with a consortium and sixty days of fresh milk; prints the pages to open.

The history is laid before the system is up: each upload is captured and anchored at its own simulated time, by the same functions that
the running system uses. Then the chain's clock goes back to real time for good, and everything starts as `up` starts it. A
second start finds the folder filled and goes straight to the pages; a start after an interrupted one begins anew.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from eth_account.signers.local import LocalAccount
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session, sessionmaker

from indexer.memory import Memory
from indexer.run import turn
from ledger_client import keys
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError, Retryable
from records.capture import accept
from records.capture import step as capture_step
from records.database import open_engine, open_sessions
from records.publish import step as publish_step
from records.queries import queue
from scripts.demo import agenda, history, showcase
from scripts.demo.announce import announce
from scripts.demo.codes import give_codes
from scripts.demo.companies import COMPANIES, PLANT
from scripts.demo.drill import give_drill
from scripts.demo.holds import give_holds
from scripts.demo.labels import give_labels
from scripts.demo.links import give_links
from scripts.demo.load import load, start_for
from scripts.demo.open_documents import open_documents
from scripts.demo.recalls import give_recall
from scripts.demo.staff import hire
from scripts.found import Company, signer_file
from scripts.home import Home, write_private
from scripts.supervise import watch
from scripts.up import Plan, prepare, start, start_node, until_node
from telemetry import logs

DAYS = 60
LIGHT_SCRYPT = 1 << 12  # the demo's keys guard nothing
OPEN = Company("open-documents", "EPCIS open examples 公开样例")
VECTORS = Path(__file__).parents[2] / "tests" / "vectors" / "documents"
SETTLE_SECONDS = 60.0


@click.command()
@click.option("--home", default="state/demo", show_default=True, type=click.Path(path_type=Path), help="Folder that holds everything.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on, and the name in QR codes.")
@click.option("--port", default=8000, show_default=True)
@click.option("--rpc-port", default=8545, show_default=True, help="Port of the embedded chain (loopback only).")
@click.option("--tls", is_flag=True, help="Serve HTTPS, for phones in your network.")
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(agenda.LAST + 1), help="Days of history.")
@click.option("--leave", is_flag=True, help="Fill the folder, say so, and end.")
def main(home: Path, host: str, port: int, rpc_port: int, tls: bool, days: int, leave: bool) -> None:
    """Bring up the demo and keep it running until Ctrl-C."""
    begun = time.monotonic()
    logs.start("demo", logging.WARNING)  # thousands of events are laid
    companies = [*(Company(company.key, company.name) for company in COMPANIES), OPEN]
    plan = Plan(Home.at(home), host, port, f"http://127.0.0.1:{rpc_port}", True, None, tls, companies, LIGHT_SCRYPT)
    try:
        began_at = _filled(plan, days)
        if leave:
            return
        children = start(plan)
    except LedgerError as error:
        sys.exit(f"demo: {error}")
    announce(plan.public_url, plan.rpc_url, showcase(began_at, days), plan.home, time.monotonic() - begun)
    watch(children)


def _filled(plan: Plan, days: int) -> datetime:
    """The start of the history in the folder; lays it first if the folder has none that is complete."""
    marker = plan.home.path / "history.json"
    if not marker.exists():
        for leftover in ("chain", "deployment.json", "ledger.db", "ledger.db-wal", "ledger.db-shm", "api-keys", "keyring"):
            _remove(plan.home.path / leftover)
        began_at = start_for(datetime.now().astimezone(), days)
        _lay(plan, began_at, days)
        write_private(marker, json.dumps({"start": began_at.isoformat(), "days": days}))
    return datetime.fromisoformat(json.loads(marker.read_text())["start"])


def _lay(plan: Plan, began_at: datetime, days: int) -> None:
    """Found the consortium at the simulated start, then live through its days."""
    clock = int(began_at.timestamp())
    node = start_node(plan, "--clock", "--block-time", "0", "--genesis-time", str(clock))
    try:
        chain = Chain(plan.rpc_url)
        until_node(plan.rpc_url)
        _set_clock(chain, clock)
        prepare(plan)
        yard = Yard.open(plan, chain)
        with yard.sessions.begin() as session:
            hire(session, plan.home)
        entries = list(history(began_at, days))
        with _progress() as progress:
            task = progress.add_task(f"{days} days of milk", total=len(entries))
            load(
                entries, yard.capture, lambda at: _set_clock(chain, at), yard.settle, lambda p: progress.update(task, completed=p.documents)
            )
        _set_clock(chain, None)
        for document in open_documents(VECTORS):
            yard.capture_bytes(OPEN.slug, document.data)
        yard.settle()
        yard.mirror()
        with yard.sessions.begin() as session:
            dairy = 1 + [company.slug for company in plan.companies].index(PLANT.key)
            give_codes(session, dairy, datetime.now().astimezone().date())
            give_drill(session, {name: bytes.fromhex(account.address[2:]) for name, account in yard.accounts.items()})
            give_holds(session, bytes.fromhex(yard.accounts[PLANT.key].address[2:]))
            give_labels(session, dairy)
            give_links(session, dairy)
            give_recall(session, bytes.fromhex(yard.accounts[PLANT.key].address[2:]))
    finally:
        node.stop()


@dataclass(frozen=True, slots=True)
class Yard:
    """Captures and publishes in this process, one lane a company, until the system itself is up."""

    sessions: sessionmaker[Session]
    chain: Chain
    accounts: dict[str, LocalAccount]  # by company
    writing: set[str] = field(default_factory=set)  # companies that captured since the last `settle`

    @classmethod
    def open(cls, plan: Plan, chain: Chain) -> Yard:
        """On the folder's database, with every company's key."""
        home, passphrase = plan.home, plan.home.passphrase()
        accounts = {company.slug: keys.load(signer_file(home, company.slug), passphrase) for company in plan.companies}
        return cls(open_sessions(open_engine(plan.database_url, home.keyring)), chain.reading(home.deployment()), accounts)

    def capture(self, member: str, document: dict[str, Any]) -> None:
        """Store one upload."""
        self.capture_bytes(member, json.dumps(document, ensure_ascii=False).encode())

    def capture_bytes(self, member: str, data: bytes) -> None:
        """Store one document; its invalid events, if any, stay out."""
        self.writing.add(member)
        with self.sessions.begin() as session:
            accept(session, bytes.fromhex(self.accounts[member].address[2:]), data, "proceed")
        while self._step(capture_step):
            pass

    def settle(self) -> None:
        """Publish until every stored item is in a block."""
        until = time.monotonic() + SETTLE_SECONDS
        while self._publish() or self._waiting():
            if time.monotonic() > until:
                raise Retryable(f"the demo's events were not anchored within {SETTLE_SECONDS:.0f} s; start it again")
        self.writing.clear()

    def mirror(self) -> None:
        """Read the chain, so that the database knows whose key is whose."""
        memory = Memory()
        while turn(self.sessions, self.chain, memory) == 0:
            pass

    def _publish(self) -> int:
        lanes = [self.accounts[member] for member in sorted(self.writing)]
        return sum(self._step(lambda session, by=account: publish_step(session, self.chain, by)) for account in lanes)

    def _waiting(self) -> int:
        with self.sessions.begin() as session:
            known = queue(session)
            return known.waiting + known.underway

    def _step(self, step: Any) -> int:  # noqa: ANN401 (a step of any job)
        with self.sessions.begin() as session:
            return int(step(session))


def _set_clock(chain: Chain, at: int | None) -> None:
    chain.rpc.call("ledger_setClock", [at], object)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


if __name__ == "__main__":
    main()
