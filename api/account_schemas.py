"""The JSON of accounts, API keys and sessions. Passwords and keys leave once, when they are made, and never again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from accounts.api_keys import LONGEST_NAME
from accounts.names import LONGEST, LONGEST_SHOWN
from accounts.roles import Right, Role
from api.schemas import Hex, Reply

Wallet = Annotated[
    str, Field(max_length=42, description="address that signs in by EIP-4361", examples=["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"])
]
Signer = Annotated[str, Field(max_length=42, description="address of the key that signs what the account records")]
DisplayName = Annotated[str, Field(max_length=LONGEST_SHOWN, examples=["林质量"])]


class Request(BaseModel):
    """Base of all bodies; a field that none knows is refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class AccountIn(Request):
    """An account to be made."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["lin"])]
    display_name: DisplayName = ""
    role: Role
    signer: Signer | None = None


class AccountChange(Request):
    """What is left out stays as it is; null takes a signer or a wallet away."""

    display_name: DisplayName = ""
    role: Role | None = None
    signer: Signer | None = None
    wallet: Wallet | None = None
    disabled: bool | None = None


class KeyIn(Request):
    """A key to be made."""

    account: int = Field(ge=1, le=2**62, description="number of the account")
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["ERP"])]
    scope: Annotated[list[Right], Field(min_length=1, max_length=len(Right), description="at most what the account's role may do")]
    expires_at: Annotated[AwareDatetime | None, Field(description="with a zone; null: it does not expire")]


class AccountOut(Reply):
    """An account."""

    id: int
    name: str
    display_name: str
    role: Role
    signer: Hex | None
    wallet: Wallet | None
    signs_in_by: list[str] = Field(description="password, one_time_password, oidc, wallet")
    created_at: datetime
    disabled_at: datetime | None
    seen_at: datetime | None = Field(description="last request in a session")


class AccountMade(AccountOut):
    """An account that was just made."""

    one_time_password: str | None = Field(description="shown this once; another is chosen at the first sign-in. Machines have none")


class PasswordMade(Reply):
    """A new one-time password."""

    one_time_password: str = Field(description="shown this once; another is chosen at the next sign-in")


class AccountsOut(Reply):
    """Accounts in the order of their names."""

    accounts: list[AccountOut]
    next: str | None = Field(description="`after` of the next page; null when there is none")


class KeyOut(Reply):
    """An API key, without the key itself."""

    id: str = Field(description="its SHA-256, hex", examples=["5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"])
    account: int
    account_name: str
    name: str
    scope: list[Right]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None = Field(description="to the minute")


class KeyMade(KeyOut):
    """An API key that was just made."""

    key: str = Field(description="shown this once", examples=["tlk_3q2-7w…"])


class KeysOut(Reply):
    """API keys, newest first."""

    keys: list[KeyOut]
    next: str | None = Field(description="`after` of the next page; null when there is none")


class SessionOut(Reply):
    """An open session of a browser."""

    id: str = Field(description="SHA-256 of its cookie, hex")
    account: int
    account_name: str
    method: str = Field(description="password, oidc or wallet")
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str = Field(description="of the client")
    agent: str = Field(description="browser, as it calls itself")


class SessionsOut(Reply):
    """Open sessions, newest first."""

    sessions: list[SessionOut]
    next: str | None = Field(description="`after` of the next page; null when there is none")
