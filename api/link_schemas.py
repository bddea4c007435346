"""The JSON of members' links, and of the resolver's description of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.account_schemas import Request
from api.schemas import Reply
from resolver.links import LONGEST_TITLE
from resolver.target import LONGEST
from resolver.types import SETTABLE, curie


class LinkIn(Request):
    """A link that is wanted. Exactly one of `code` and `companyPrefix` says what for."""

    code: Annotated[
        str,
        Field(max_length=2048, description="product, lot, serial item or any other code, in any spelling", examples=["(01)06901234567892"]),
    ] = ""
    company_prefix: Annotated[str, Field(max_length=20, description="GS1 company prefix: everything under it", examples=["6901234"])] = ""
    link_type: Annotated[str, Field(max_length=200, description=", ".join(map(curie, SETTABLE)), examples=["gs1:instructions"])]
    target: Annotated[str, Field(max_length=LONGEST * 2, description="https only", examples=["https://www.example.com/milk/use"])]
    title: Annotated[str, Field(max_length=LONGEST_TITLE * 2, examples=["How to keep it"])]
    language: Annotated[str, Field(max_length=35, description="RFC 5646; empty: any", examples=["en"])] = ""
    media_type: Annotated[str, Field(max_length=127, description="empty: not told", examples=["text/html"])] = ""
    first: Annotated[bool, Field(description="taken when a request leaves open which link of its type is wanted")] = False


class LinkOut(Reply):
    """A link that a member set."""

    id: int
    code: str = Field(description="canonical code; empty for a company prefix", examples=["https://id.gs1.org/01/06901234567892"])
    company_prefix: str
    link_type: str = Field(examples=["gs1:instructions"])
    target: str
    title: str
    language: str
    media_type: str
    first: bool
    changed_at: datetime
    changed_by: str


class LinksOut(Reply):
    """Links, by number."""

    links: list[LinkOut]
    next: int | None = Field(description="give it as `after`; null: there is no more")


class Namespace(Reply):
    """A vocabulary of link types."""

    namespace: str = Field(examples=["https://ref.gs1.org/voc/"])
    prefix: str = Field(examples=["gs1:"])


class ResolverOut(Reply):
    """A resolver description file (GS1-Conformant Resolver 1.2, section 3)."""

    name: str
    resolver_root: str
    supported_primary_keys: list[str]
    supported_link_type: list[Namespace]
    link_type_default_can_be_linkset: bool = False
    json_ld_context_location: str = Field(description="what makes JSON-LD of a linkset")
