"""`python -m scripts.members`: who may write, decided by m of n members on the chain.

Every change is proposed, approved by the council's owners (one governance key per member) and executed; each step is a transaction
by a key file. `list` and `pending` need no key. Reads the deployment of an installation's folder (see `home`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from eth_account.signers.local import LocalAccount
from web3 import Web3

from ledger_client import keys
from ledger_client.chain import Chain
from ledger_client.council import Action, Council, Proposal, actions
from ledger_client.council.sending import connect
from ledger_client.errors import InvalidInput, LedgerError
from ledger_client.onchain import Member, Role
from scripts.home import Home


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    home: Home
    rpc: str
    key: Path | None

    def council(self) -> Council:
        """The council of this installation's ledger."""
        return Council(connect(self.rpc), self.home.deployment())

    def account(self) -> LocalAccount:
        """The key that signs, opened with the installation's passphrase or one that is asked for."""
        if self.key is None:
            raise InvalidInput("--key", "is missing", "name the key file that signs, such as state/keys/own.council.json")
        own = self.key.resolve().parent == self.home.keys
        passphrase = self.home.passphrase() if own else click.prompt(f"Passphrase of {self.key.name}", hide_input=True, err=True)
        return keys.load(self.key, passphrase)


@click.group()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--rpc", default="http://127.0.0.1:8545", show_default=True, help="JSON-RPC address of the chain's node.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Key file that signs.")
@click.pass_context
def main(context: click.Context, home: Path, rpc: str, key: Path | None) -> None:
    """Members, their signers, and the decisions about them."""
    context.obj = Context(Home.at(home), rpc, key)


@main.command("list")
@click.pass_obj
def list_members(context: Context) -> None:
    """Show members with their signers, one a line."""

    def show() -> None:
        chain = Chain(context.rpc, context.home.deployment())
        for member in chain.members():
            print(_member_line(member))

    _run(show)


@main.command()
@click.pass_obj
def pending(context: Context) -> None:
    """Show proposals that wait for approval or execution."""
    _run(lambda: [print(_proposal_line(proposal)) for proposal in context.council().pending()])


@main.command()
@click.argument("proposal")
@click.pass_obj
def approve(context: Context, proposal: str) -> None:
    """Approve PROPOSAL (its hash) with the governance key given by --key."""
    _run(lambda: print(_proposal_line(context.council().approve(context.account(), _hash(proposal)))))


@main.command()
@click.argument("proposal")
@click.pass_obj
def execute(context: Context, proposal: str) -> None:
    """Carry out PROPOSAL once enough members approved."""

    def do() -> None:
        receipt = context.council().execute(context.account(), _hash(proposal))
        print(f"done in block {receipt['blockNumber']}")

    _run(do)


@main.group()
def propose() -> None:
    """Propose a change; it takes effect when enough members approved and somebody executed it."""


@propose.command()
@click.argument("name")
@click.option("--endpoint", default="", help="https address of the member's public API.")
@click.option("--role", "roles", multiple=True, type=click.Choice(["writer", "auditor", "operator"]), default=["writer"], show_default=True)
@click.pass_obj
def admit(context: Context, name: str, endpoint: str, roles: tuple[str, ...]) -> None:
    """Admit a member called NAME."""
    _propose(context, lambda: actions.admit(name, endpoint, _roles(roles)))


@propose.command()
@click.argument("member", type=int)
@click.pass_obj
def suspend(context: Context, member: int) -> None:
    """Take all rights from MEMBER (its number) until it is reinstated."""
    _propose(context, lambda: actions.suspend(member))


@propose.command()
@click.argument("member", type=int)
@click.pass_obj
def reinstate(context: Context, member: int) -> None:
    """Give a suspended MEMBER its rights back."""
    _propose(context, lambda: actions.reinstate(member))


@propose.command("add-signer")
@click.argument("member", type=int)
@click.argument("address")
@click.pass_obj
def add_signer(context: Context, member: int, address: str) -> None:
    """Let the key ADDRESS write for MEMBER."""
    _propose(context, lambda: actions.add_signer(member, _address(address)))


@propose.command("revoke-signer")
@click.argument("address")
@click.pass_obj
def revoke_signer(context: Context, address: str) -> None:
    """Stop the key ADDRESS from writing, for ever. What it wrote before stays valid."""
    _propose(context, lambda: actions.revoke_signer(_address(address)))


@propose.command("add-governor")
@click.argument("address")
@click.option("--threshold", required=True, type=int, help="Approvals needed from then on.")
@click.pass_obj
def add_governor(context: Context, address: str, threshold: int) -> None:
    """Give the key ADDRESS a seat in the council."""
    _propose(context, lambda: actions.add_governor(_address(address), threshold))


@propose.command("remove-governor")
@click.argument("address")
@click.option("--threshold", required=True, type=int, help="Approvals needed from then on.")
@click.pass_obj
def remove_governor(context: Context, address: str, threshold: int) -> None:
    """Take the seat of the key ADDRESS."""
    _propose(context, lambda: actions.remove_governor(context.council().owners(), _address(address), threshold))


@propose.command("replace-governor")
@click.argument("old")
@click.argument("new")
@click.pass_obj
def replace_governor(context: Context, old: str, new: str) -> None:
    """Give the seat of key OLD to key NEW."""
    _propose(context, lambda: actions.replace_governor(context.council().owners(), _address(old), _address(new)))


def _propose(context: Context, action: Callable[[], Action]) -> None:
    _run(lambda: print(_proposal_line(context.council().propose(context.account(), action()))))


def _run(work: Callable[[], Any]) -> None:
    try:
        work()
    except LedgerError as error:
        print(f"members: {error}", file=sys.stderr)
        sys.exit(1)


def _member_line(member: Member) -> str:
    roles = "+".join(role.name.lower() for role in Role if role in member.roles and role.name) or "no role"
    return f"{member.member_id}\t{'suspended' if member.suspended else 'active'}\t{roles}\t{member.name}\t{member.endpoint}"


def _proposal_line(proposal: Proposal) -> str:
    return f"0x{proposal.safe_tx_hash.hex()}\t{len(proposal.approvals)}/{proposal.threshold}\t{proposal.describe()}"


def _roles(names: tuple[str, ...]) -> Role:
    roles = Role(0)
    for name in names:
        roles |= Role[name.upper()]
    return roles


def _address(text: str) -> bytes:
    if not Web3.is_address(text):
        raise InvalidInput("address", f"{text!r} is not an address", "give 0x and 40 hex digits")
    return bytes.fromhex(text.removeprefix("0x"))


def _hash(text: str) -> bytes:
    try:
        value = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        value = b""
    if len(value) != 32:
        raise InvalidInput("proposal", f"{text!r} is not a proposal's hash", "see python -m scripts.members pending")
    return value


if __name__ == "__main__":
    main()
