"""`python -m scripts.up`: the whole system by one command, kept in one folder.

Chain (embedded, unless --rpc names a network) → contracts (deployed once) → database → the jobs of `scripts.run` → API and pages.
Ctrl-C or SIGTERM stops all in order; kill -9 of any or all of them loses nothing that was acknowledged.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import httpx

from indexer import models as mirror
from ledger_client import keys
from ledger_client.chain import Chain
from ledger_client.errors import InvalidInput, LedgerError, Retryable
from records.database import migrate, open_engine, open_sessions
from records.keyring import SETTING
from scripts.found import Company, first_operator, found, issue_keys
from scripts.home import Home
from scripts.supervise import Child, watch
from scripts.tls import certificate, report_certificate
from telemetry import logs

READY_SECONDS = 180.0  # a machine that is busy otherwise takes its time
API_PROCESSES = min(2, os.cpu_count() or 1)
WAITING = 1024  # connections that the system keeps until a process takes them


@dataclass(frozen=True, slots=True)
class Plan:
    """What `up` was asked for."""

    home: Home
    host: str
    port: int
    rpc_url: str  # the embedded node's address when `embedded`
    embedded: bool
    database: str | None  # SQLite in the folder if not named
    tls: bool
    companies: Sequence[Company]
    key_work: int = keys.SCRYPT_WORK
    finality: int = 0  # blocks on top of a block until it is final
    api_processes: int = API_PROCESSES

    @property
    def database_url(self) -> str:
        """Where records and mirror are."""
        return self.database or self.home.database_url

    @property
    def public_url(self) -> str:
        """What QR codes hold."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"


@click.command()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="Folder that holds everything.")
@click.option("--member", default="My company", show_default=True, help="Your organisation's name, used when the ledger is founded.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on, and the name in QR codes.")
@click.option("--port", default=8000, show_default=True)
@click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate of your own authority (home/tls/authority.pem).")
@click.option("--rpc", help="JSON-RPC address of a chain's node; without it an embedded chain is started.")
@click.option("--rpc-port", default=8545, show_default=True, help="Port of the embedded chain (loopback only).")
@click.option("--finality", default=0, show_default=True, type=click.IntRange(0), help="Blocks until a block is final; 0 on QBFT and IBFT.")
@click.option("--api-processes", default=API_PROCESSES, show_default=True, type=click.IntRange(1), help="Processes that answer requests.")
@click.option("--database", help="postgresql://… ; SQLite in the folder if not given.")
def main(
    home: Path,
    member: str,
    host: str,
    port: int,
    tls: bool,
    rpc: str | None,
    rpc_port: int,
    finality: int,
    api_processes: int,
    database: str | None,
) -> None:
    """Bring the whole system up and keep it running."""
    logs.start("up")
    place = Home.at(home)
    plan = Plan(
        home=place,
        host=host,
        port=port,
        rpc_url=rpc or f"http://127.0.0.1:{rpc_port}",
        embedded=rpc is None,
        database=database,
        tls=tls,
        companies=[Company("own", member)],
        finality=finality,
        api_processes=api_processes,
    )
    try:
        children = start(plan)
    except LedgerError as error:
        print(f"up: {error}", file=sys.stderr)
        sys.exit(1)
    print(f"{plan.public_url} is up; state in {place.path}; Ctrl-C stops it", flush=True)
    if place.first_password_file.exists():
        print(f"sign in at {plan.public_url}/console as operator, first password in {place.first_password_file}", flush=True)
    watch(children)


def start(plan: Plan) -> list[Child]:
    """Start everything in order; returns the running children once the API answers. Stops them again if that fails."""
    only_one(plan.home)
    children: list[Child] = []
    try:
        if plan.embedded:
            children.append(start_node(plan))
        prepare(plan)
        for child in _jobs(plan):
            child.start()
            children.append(child)
        _wait(f"{plan.public_url}/health", children[-1])
    except BaseException:
        for child in reversed(children):
            child.stop()
        raise
    return children


def start_node(plan: Plan, *options: str) -> Child:
    """Start the embedded chain, with more options for its command line if given."""
    port = plan.rpc_url.rpartition(":")[2]
    child = _child(
        plan, "chain", [sys.executable, "-m", "scripts.node", "--home", str(plan.home.chain), "--port", port, "--lock-wait", "5", *options]
    )
    child.start()
    return child


def prepare(plan: Plan) -> None:
    """Contracts, database and keys: each made once, each found again at the next start."""
    until_node(plan.rpc_url)
    if not (plan.embedded or plan.home.deployment_file.exists()):
        fix = "put the consortium's file there, or deploy one: python -m scripts.deploy --help"
        raise InvalidInput(str(plan.home.deployment_file), "is missing, so nobody knows which ledger of that chain is meant", fix)
    if not plan.home.deployment_file.exists():
        found(plan.home, plan.rpc_url, plan.companies, work=plan.key_work)
    Chain(plan.rpc_url, plan.home.deployment()).check_identity()
    engine = open_engine(plan.database_url, plan.home.keyring)
    migrate(engine)
    mirror.create(engine)
    with open_sessions(engine).begin() as session:
        issue_keys(session, plan.home)
        first_operator(session, plan.home)
    engine.dispose()


def _jobs(plan: Plan) -> list[Child]:
    run = [sys.executable, "-m", "scripts.run"]
    home = ["--home", str(plan.home.path)]
    return [
        *(_child(plan, job, [*run, job, *home]) for job in ("capture", "publish", "follow", "sentinel", "exchange", "keep")),
        *_api(plan),
    ]


def _api(plan: Plan) -> list[Child]:
    """The server's processes on one socket, which stays open while one of them is started again; they share a log."""
    door = _listening(plan)
    command = [sys.executable, "-m", "api.serve", "--fd", str(door.fileno())]
    if plan.tls:
        chain, key = certificate(plan.home, plan.host)
        command += ["--ssl-certfile", str(chain), "--ssl-keyfile", str(key)]
    names = ["api", *(f"api-{number}" for number in range(2, plan.api_processes + 1))]
    log = plan.home.path / "logs" / "api.log"
    return [replace(_child(plan, name, command), sockets=[door], log=log) for name in names]


def _listening(plan: Plan) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(plan.host, plan.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=WAITING)
    except OSError as error:
        raise InvalidInput(
            "--host and --port", f"{plan.host}:{plan.port}: {error.strerror}", "choose another, or stop what uses it"
        ) from None


def _child(plan: Plan, name: str, command: Sequence[str]) -> Child:
    environment = os.environ | {
        "TRACELEDGER_DATABASE": plan.database_url,
        SETTING: str(plan.home.keyring),
        "TRACELEDGER_RPC": plan.rpc_url,
        "TRACELEDGER_DEPLOYMENT": str(plan.home.deployment_file),
        "TRACELEDGER_PUBLIC_URL": plan.public_url,
        "TRACELEDGER_FINALITY": str(plan.finality),
        "TRACELEDGER_PROCESS": name,
        "TRACELEDGER_REPORT_CERTIFICATE": str(report_certificate(plan.home, plan.companies[0].name)),
    }
    return Child(name, command, environment, plan.home.path / "logs" / f"{name}.log")


def only_one(home: Home) -> int:
    """Hold the folder's lock until this process ends, or the returned file is closed."""
    handle = os.open(home.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InvalidInput("--home", f"{home.path} is in use by another `up`", "stop that one, or choose another folder") from None
    return handle


def until_node(rpc_url: str) -> None:
    """Wait for a node that answers; Retryable with its last word when it does not in time."""
    chain, until = Chain(rpc_url, None), time.monotonic() + READY_SECONDS
    while True:
        try:
            chain.identity()
        except LedgerError as error:
            if time.monotonic() > until:
                raise Retryable(f"the chain did not come up: {error}") from None
            time.sleep(0.2)
        else:
            return


def _wait(url: str, api: Child) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if not api.running():
            raise Retryable(f"the API ended at once; see {api.log}")
        try:
            if httpx.get(url, verify=False, timeout=2).is_success:  # noqa: S501 (our own certificate, on our own address)
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise Retryable(f"{url} did not answer within {READY_SECONDS:.0f} s; see {api.log}")


if __name__ == "__main__":
    main()
