"""The whole page of one item, from what is known of it. Pure: the route hands in the history and gets the page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.pages.corrections import declared, is_declaration
from api.pages.facts import History, Names, Seen
from api.pages.journey import journey, usual_time
from api.pages.page import Check, ItemPage, Part, Shell, Verdict
from api.pages.product import banner, code_parts, product
from api.pages.qr import svg
from api.pages.words import Words, chain_moment
from ledger_client.codes import ItemCode

TONES = {"verified": "good", "altered": "bad", "incomplete": "warn", "pending": "wait", "unchecked": "quiet"}
MESSAGES = (
    "checked.running",
    "checked.browser",
    "checked.differs",
    "checked.differs.why",
    "checked.unavailable",
    "checked.newer",
    "outcome.passed",
    "outcome.failed",
    "outcome.not_checked",
    "verdict.altered",
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the item's page and its proof are found."""

    own: str  # what the QR code holds
    bundle: str
    download: str
    deployment: str  # JSON: which ledger this server serves


def item_page(history: History, code: ItemCode, names: Names, links: Links, shell: Shell, words: Words) -> ItemPage:
    """The page of an item of which something is known."""
    what, entries = product(history, code, names, words), journey(history, names, words)
    return ItemPage(
        shell=shell,
        name=what.name,
        description=what.description,
        stated=words.say("product.stated" if what.proven else "product.stated.loose"),
        maker=what.maker,
        maker_label=words.say("product.maker" if what.made else "product.first_writer"),
        code=code_parts(code, words),
        dates=what.dates,
        banner=banner(history, words),
        verdict=_verdict(history, words),
        entries=entries,
        check=_check(history, history.seen, links, words) if history.seen else None,
        own_url=links.own,
        qr=svg(links.own, words.say("qr.alt")),
        messages={key: words.say(key) for key in MESSAGES},
    )


def as_preview(page: ItemPage, label: str, other_language_url: str) -> ItemPage:
    """The same page under a draft of a policy: labelled, and without its proof, because the public one is of the policy that holds."""
    return replace(page, shell=replace(page.shell, other_language_url=other_language_url), check=None, preview=label)


def _verdict(history: History, words: Words) -> Verdict:
    name = history.verdict
    return Verdict(
        name=name,
        tone=TONES[name],
        headline=words.say(f"verdict.{name}"),
        why=words.say(f"verdict.{name}.why"),
        label=words.say("checked.server") if name != "unchecked" else "",
        reason=history.reason,
        counts=_counts(history, words),
    )


def _counts(history: History, words: Words) -> tuple[Part, ...]:
    """Of how many records the verdict speaks, and how many of them are not plainly shown."""
    members = {fact.anchored.member_id for fact in history.facts if fact.anchored}
    hidden = sum(1 for fact in history.facts if fact.hidden)
    corrected = len({pair.original.commitment for pair in declared(history.facts) if pair.own})
    shown = sum(1 for fact in history.facts if not is_declaration(fact))
    counts = [("count.steps", shown), ("count.members", len(members)), ("count.withheld", hidden), ("count.corrected", corrected)]
    return tuple(Part(words.say(key, count=number), str(number)) for key, number in counts if number)


def _check(history: History, seen: Seen, links: Links, words: Words) -> Check:
    return Check(
        item=history.code,
        deployment=links.deployment,
        bundle_url=links.bundle,
        download_url=links.download,
        block_number=str(seen.number),
        block_hash=seen.hash,
        block_time=words.moment(chain_moment(seen.time, usual_time(history))),
        head=seen.head,
        count=str(seen.count),
    )
