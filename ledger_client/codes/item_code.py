"""An item code that is known to be valid: the value that `parse` gives and everybody else passes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ledger_client.onchain import item_id

Scheme = Literal["gs1", "drug20", "ecode", "uri"]


@dataclass(frozen=True, slots=True)
class ItemCode:
    """The canonical URI of what is traced, and what it is made of (spec 1)."""

    uri: str  # the canonical code: compared, hashed and shown
    scheme: Scheme
    key: str  # gs1: application identifier of the key ("01"); drug20, ecode: the same; uri: the URI's scheme ("https", "urn")
    parts: dict[str, str] = field(default_factory=dict, hash=False)  # decoded values: {"01": "06901234567892", "21": "A/1"}

    @property
    def item_id(self) -> bytes:
        """The item's name on the chain, 32 bytes (spec 2)."""
        return item_id(self.uri)

    def __str__(self) -> str:
        return self.uri
