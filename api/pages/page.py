"""What each page holds, whole: the one frozen dataclass that its template is given, and nothing else is.

Filled by `item` and `other`; rendered by `render`. Everything is text ready to be shown; a template computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Shell:
    """What frames every page."""

    language: str  # of the html element: zh-Hans, en
    texts: Mapping[str, str]
    title: str
    other_language_url: str
    other_language: str  # of the link's hreflang
    assets: Mapping[str, str]  # name of a static file -> its address with its digest


class Rendered(Protocol):
    """What `render` takes: a frozen dataclass that names its template."""

    template: ClassVar[str]

    @property
    def shell(self) -> Shell:
        """What frames it."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled value: a piece of the item code, a date, a reading."""

    label: str
    value: str
    note: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One numbered step of verification and how it came out (spec 7.1)."""

    number: int
    text: str
    outcome: str  # passed, failed, not_checked
    outcome_text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class RawFact:
    """One disclosed property as it was committed: name and RFC 8785 text. The browser compares it with what it proved."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What stands on a record that was declared wrong."""

    headline: str
    reason: str
    declared: str  # when and by whom
    link: str  # to the correcting record or the declaration on this page, or empty
    link_text: str
    struck: bool  # whether its own signer declared it wrong


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on the timeline."""

    anchor: str  # id of the element, #e3
    kind: str  # event, declaration, hidden
    icon: str
    title: str
    tone: str  # good, bad, warn, quiet
    commitment: str
    happened: str
    happened_raw: str  # eventTime as committed, for the time element
    seen: str
    seen_raw: str
    lateness: str
    lateness_tone: str
    place: str
    place_note: str
    member: str
    status: str
    status_alarm: bool
    readings: tuple[Part, ...]
    certificates: tuple[str, ...]
    note: str
    badge: str
    correction: Correction | None
    link: str
    link_text: str
    withheld: str
    steps: tuple[ProofStep, ...]
    facts: tuple[RawFact, ...]
    technical: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Banner:
    """The banner over everything else: recalled, destroyed …"""

    headline: str
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one verdict at a glance, and what the browser needs to check it."""

    name: str
    tone: str  # good, bad, warn, wait, quiet
    headline: str
    why: str
    label: str
    reason: str  # what failed, in the verifier's words
    counts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What the page was checked against; raw values for the browser beside the shown ones."""

    item: str
    deployment: str  # JSON: the ledger that this server serves, with the hashes of its contracts' code
    bundle_url: str
    download_url: str
    block_number: str
    block_hash: str
    block_time: str
    head: str
    count: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the item: the member's title, the type in words, and type, language and media type as programs name them."""

    url: str
    title: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class LinksPage:
    """templates/links.html"""

    template: ClassVar[str] = "links.html"
    shell: Shell
    heading: str
    text: str
    address: str
    links: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """templates/item.html"""

    template: ClassVar[str] = "item.html"
    shell: Shell
    name: str
    description: str
    stated: str
    maker: str
    maker_label: str
    code: tuple[Part, ...]
    dates: tuple[Part, ...]
    banner: Banner | None
    verdict: Verdict
    entries: tuple[Entry, ...]
    check: Check | None
    own_url: str
    qr: str  # SVG
    messages: Mapping[str, str]  # what the script says, by its key
    links: tuple[PageLink, ...] = ()  # that members set for the item
    preview: str = ""  # what stands over a page that nobody but its editor sees; such a page does not check itself


@dataclass(frozen=True, slots=True)
class MessagePage:
    """templates/message.html: unknown code, wrong code, node down, our own failure."""

    template: ClassVar[str] = "message.html"
    shell: Shell
    icon: str
    tone: str
    headline: str
    text: str
    code: str
    details: tuple[Part, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """templates/home.html"""

    template: ClassVar[str] = "home.html"
    shell: Shell


Page = ItemPage | LinksPage | MessagePage | HomePage
