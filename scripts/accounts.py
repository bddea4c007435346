"""`python -m scripts.accounts`: who may sign in. For the operator at the machine; what is done here stands in the audit log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from accounts import audit, people
from accounts.roles import Role
from ledger_client import keys
from ledger_client.errors import LedgerError
from records.database import migrate, open_engine, open_sessions
from scripts.found import signer_file
from scripts.home import Home

ROLES = click.Choice([role.value for role in Role if role is not Role.MACHINE])  # machines act by keys: scripts.keys bearer
OPERATOR = audit.Actor(None, "operator at the machine")


@click.group()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
@click.pass_context
def main(context: click.Context, home: Path, database: str | None) -> None:
    """Accounts of an installation. Passwords are drawn, shown once, and changed at the first sign-in."""
    place = Home.at(home)
    context.obj = place, database or place.database_url


@main.command()
@click.argument("name")
@click.option("--role", required=True, type=ROLES, help="What the account may do: docs/api.md.")
@click.option("--shown-as", default="", help="The name that others see.")
@click.option("--signer", help="Name of the key file that signs what this account records, such as own.")
@click.pass_obj
def create(setting: tuple[Home, str], name: str, role: str, shown_as: str, signer: str | None) -> None:
    """Make an account called NAME; print its first password."""
    with _session(setting) as session:
        signs = keys.address(signer_file(setting[0], signer)) if signer else None
        account = people.create(session, name, Role(role), display_name=shown_as, signer=signs)
        password = people.draw_password(session, account)
        audit.write(session, OPERATOR, "account_created", account.name, role=role)
    print(password)


@main.command("list")
@click.pass_obj
def list_accounts(setting: tuple[Home, str]) -> None:
    """Show all accounts: name, role, and whether they are disabled."""
    with _session(setting) as session:
        after, page = "", people.listed(session)
        while page:
            for person in page:
                print(f"{person.name}\t{person.role}\t{person.display_name}\t{'disabled' if person.disabled_at else ''}".rstrip())
            after = page[-1].name
            page = people.listed(session, after)


@main.command()
@click.argument("name")
@click.pass_obj
def password(setting: tuple[Home, str], name: str) -> None:
    """Give NAME a new first password and print it; its sessions end."""
    with _session(setting) as session:
        account = people.named(session, name)
        drawn = people.draw_password(session, account)
        audit.write(session, OPERATOR, "password_reset", account.name)
    print(drawn)


@main.command()
@click.argument("name")
@click.argument("role", type=ROLES)
@click.pass_obj
def role(setting: tuple[Home, str], name: str, role: str) -> None:
    """Give NAME another ROLE; its sessions end."""
    with _session(setting) as session:
        account = people.named(session, name)
        people.set_role(session, account, Role(role))
        audit.write(session, OPERATOR, "role_changed", account.name, role=role)


@main.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let the account in again.")
@click.pass_obj
def disable(setting: tuple[Home, str], name: str, undo: bool) -> None:
    """Keep NAME out: its sessions end, its keys are worth nothing."""
    with _session(setting) as session:
        account = people.named(session, name)
        (people.enable if undo else people.disable)(session, account)
        audit.write(session, OPERATOR, "account_enabled" if undo else "account_disabled", account.name)


@contextmanager
def _session(setting: tuple[Home, str]) -> Iterator[Session]:
    """One transaction on the installation's database; what the rules forbid ends the command with the reason."""
    try:
        engine = open_engine(setting[1], setting[0].keyring)
        migrate(engine)
        with open_sessions(engine).begin() as session:
            yield session
    except LedgerError as error:
        sys.exit(f"accounts: {error}")


if __name__ == "__main__":
    main()
