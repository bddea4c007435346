"""What the council can be asked to do: changes of members and signers, and of its own owners ("governors").

Pure values: an action is checked as far as that needs no chain, proposed by `Council.propose`, and read back by `describe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from eth_abi.exceptions import DecodingError

from ledger_client.calls import call_data, read_call
from ledger_client.errors import InvalidInput, NotFound
from ledger_client.onchain import Role

MEMBERS, COUNCIL = "Members", "SafeL2"
LONGEST_PROFILE_TEXT = 200  # characters of a name or endpoint: they stand on every page
_FIRST = bytes(19) + b"\x01"  # the Safe's mark of the head of its linked list of owners


@dataclass(frozen=True, slots=True)
class Action:
    """A call to one of two contracts: Members, or the council's own Safe."""

    contract: str  # MEMBERS, COUNCIL, or empty for a target that is neither
    data: bytes


def admit(name: str, endpoint: str, roles: Role) -> Action:
    """Admit a member."""
    check_profile(name, endpoint)
    return Action(MEMBERS, call_data(MEMBERS, "admit", name, endpoint, int(roles)))


def suspend(member_id: int) -> Action:
    """Take all rights from a member until it is reinstated."""
    return Action(MEMBERS, call_data(MEMBERS, "suspend", member_id))


def reinstate(member_id: int) -> Action:
    """Give a suspended member its rights back."""
    return Action(MEMBERS, call_data(MEMBERS, "reinstate", member_id))


def set_roles(member_id: int, roles: Role) -> Action:
    """Replace a member's roles."""
    return Action(MEMBERS, call_data(MEMBERS, "setRoles", member_id, int(roles)))


def set_profile(member_id: int, name: str, endpoint: str) -> Action:
    """Replace a member's name and endpoint."""
    check_profile(name, endpoint)
    return Action(MEMBERS, call_data(MEMBERS, "setProfile", member_id, name, endpoint))


def add_signer(member_id: int, signer: bytes) -> Action:
    """Let a key write for a member."""
    return Action(MEMBERS, call_data(MEMBERS, "addSigner", member_id, signer))


def revoke_signer(signer: bytes) -> Action:
    """Stop a key from writing, for ever."""
    return Action(MEMBERS, call_data(MEMBERS, "revokeSigner", signer))


def add_governor(governor: bytes, threshold: int) -> Action:
    """Make a key an owner of the council; from then on `threshold` owners must approve."""
    return Action(COUNCIL, call_data(COUNCIL, "addOwnerWithThreshold", governor, threshold))


def remove_governor(owners: Sequence[bytes], governor: bytes, threshold: int) -> Action:
    """Remove an owner; `owners` as `Council.owners` gives them. From then on `threshold` owners must approve."""
    return Action(COUNCIL, call_data(COUNCIL, "removeOwner", _before(owners, governor), governor, threshold))


def replace_governor(owners: Sequence[bytes], old: bytes, new: bytes) -> Action:
    """Give an owner's seat to another key; `owners` as `Council.owners` gives them."""
    return Action(COUNCIL, call_data(COUNCIL, "swapOwner", _before(owners, old), old, new))


def set_threshold(threshold: int) -> Action:
    """Change how many owners must approve."""
    return Action(COUNCIL, call_data(COUNCIL, "changeThreshold", threshold))


def describe(action: Action) -> str:
    """An action in words, such as `suspend(memberId=2)`; a call that no known function explains is shown as such."""
    try:
        found = read_call(action.contract, action.data) if action.contract else None
    except DecodingError:
        found = None
    if found is None:
        return f"unknown call 0x{action.data.hex()}"
    function, arguments = found
    shown = ", ".join(f"{key.lstrip('_')}={value!r}" for key, value in arguments.items())
    return f"{function}({shown})"


def check_profile(name: str, endpoint: str) -> None:
    """Raise InvalidInput unless a name and an endpoint can stand on a page: short, printable, the endpoint a web address or empty."""
    for field, text in (("name", name), ("endpoint", endpoint)):
        if len(text) > LONGEST_PROFILE_TEXT or not text.isprintable() or text != text.strip():
            raise InvalidInput(field, f"{text!r} is too long or has odd characters", f"up to {LONGEST_PROFILE_TEXT} printable characters")
    if not name:
        raise InvalidInput("name", "is empty", "give the organisation's name as the public knows it")
    if endpoint and not (urlsplit(endpoint).scheme in ("https", "http") and urlsplit(endpoint).hostname):
        raise InvalidInput("endpoint", f"{endpoint!r} is not a web address", "give https://… or nothing")


def _before(owners: Sequence[bytes], owner: bytes) -> bytes:
    """The entry before an owner in the Safe's linked list."""
    if owner not in owners:
        raise NotFound(f"0x{owner.hex()} is not an owner of the council; owners are {', '.join('0x' + o.hex() for o in owners)}")
    place = owners.index(owner)
    return owners[place - 1] if place else _FIRST
