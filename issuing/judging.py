"""What speaks against a definition: what is refused, and what is costly to change later and must be confirmed.

Refused is what no reader would take, what repeats codes, and what GS1 allows but two systems spell differently. Sources: GS1 General
Specifications 3 and 7.11; for guessing, Commission Delegated Regulation (EU) 2016/161, article 4(b)(ii): lower than one in ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from issuing.alphabets import TROUBLESOME
from issuing.capacity import HORIZON, Capacity, capacity
from issuing.composing import Context, allowed, protected, texts
from issuing.definition import Definition
from issuing.schemes import Level
from issuing.segments import GS1_CHECK, NAMED, DatePart, Kind, Reset, Segment
from ledger_client.codes import characters, parse
from ledger_client.codes.iso7064 import SYSTEMS
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

GUESS = 10_000
_ESCAPED = frozenset("\"%&/<>?'")  # grows to three characters each in a Digital Link, and some lines' printers refuse them
_YEAR = {DatePart.YEAR, DatePart.SHORT_YEAR}
_NEEDS: Mapping[Reset, tuple[set[DatePart], ...]] = {
    Reset.YEAR: (set(),),
    Reset.MONTH: ({DatePart.MONTH}, {DatePart.DAY_OF_YEAR}),
    Reset.WEEK: ({DatePart.WEEK}, {DatePart.DAY_OF_YEAR}, {DatePart.MONTH, DatePart.DAY}),
    Reset.DAY: ({DatePart.DAY_OF_YEAR}, {DatePart.MONTH, DatePart.DAY}),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """A choice that is costly to change later. `name` is what confirms it."""

    name: str
    text: str
    values: Mapping[str, int] = field(default_factory=dict)


def check(rule: Definition) -> None:
    """Raise InvalidInput for a definition that must not become a rule."""
    for place, one in enumerate(rule.segments):
        _check_segment(rule, one, sentence("segments[{place}]", place=place))
    _check_kinds(rule)
    _check_length(rule)
    _check_reset(rule)
    _check_code(rule)


def warnings(rule: Definition, today: date, following: int = 0) -> list[Warned]:
    """What has to be confirmed before the rule is made."""
    return [*_about_level(rule), *_about_capacity(rule, capacity(rule, today, following), today), *_about_characters(rule)]


def example(rule: Definition) -> Context:
    """A context that fits the rule, for examples and previews: today is for the caller to set."""
    return Context(date(2026, 1, 1), {str(one.kind): _name(rule, one) for one in rule.segments if one.kind in NAMED})


def _name(rule: Definition, one: Segment) -> str:
    letters = sorted(allowed(rule, one) - TROUBLESOME)
    wanted = next((letter for letter in one.kind.upper() if letter in letters), None) or next(iter(letters), "1")
    return (wanted * one.width)[: one.width]


def _check_segment(rule: Definition, one: Segment, field: str) -> None:
    used = _used(one)
    for letter in used:
        if letter in TROUBLESOME:
            fix = "two systems may spell it differently; leave out ! ( ) * + , :"
            raise InvalidInput(field, sentence("may hold {character}", character=characters.named(letter)), fix)
        if letter not in rule.scheme.takes(rule.base):
            raise InvalidInput(
                field,
                sentence("may hold {character}, which {title} does not take", character=characters.named(letter), title=rule.scheme.title),
                _takes(rule),
            )
        if letter not in allowed(rule, one):
            raise InvalidInput(
                field,
                sentence(
                    "may hold {character}, which the check character behind it is not computed over", character=characters.named(letter)
                ),
                _covers(rule, one),
            )
    if one.kind in NAMED and not allowed(rule, one):
        raise InvalidInput(field, "can hold no character that both check characters behind it take", "take one of them out")
    if one.kind == Kind.COUNTER and one.start >= one.variants:
        raise InvalidInput(
            sentence("{where}, {of}", where=field, of="start"),
            sentence("{start:,} has more digits than the counter", start=one.start),
            "make the counter wider, or begin lower",
        )


def _used(one: Segment) -> str:
    match one.kind:
        case Kind.FIXED:
            return one.text
        case Kind.COUNTER | Kind.RANDOM:
            return one.characters
        case Kind.DATE:
            return "0123456789"
        case Kind.CHECK:
            return _results(one)
        case _:
            return ""


def _results(check: Segment) -> str:
    """Characters that a check segment may become: those of its alphabet, and what the system has beyond them."""
    if check.system == GS1_CHECK:
        return "0123456789"
    return SYSTEMS[check.system].alphabet + {"11-2": "X", "37-2": "*"}.get(check.system, "")


def _takes(rule: Definition) -> str:
    return (
        sentence("only the digits 0 to 9")
        if rule.scheme.takes(rule.base) == characters.DIGITS
        else sentence("use letters, digits, - . and _")
    )


def _covers(rule: Definition, one: Segment) -> str:
    check = next(each for each in rule.segments[rule.segments.index(one) :] if each.kind == Kind.CHECK)
    text = "the system {system} takes {known} only; choose another, or another alphabet"
    return sentence(text, system=check.system, known="".join(sorted(protected(check))))


def _check_kinds(rule: Definition) -> None:
    kinds = [one.kind for one in rule.segments]
    for once in (Kind.COUNTER, Kind.RANDOM, *NAMED):
        if kinds.count(once) > 1:
            raise InvalidInput(
                "segments", sentence("has the segment {once} more than once", once=once), "one of them is enough; make it wider"
            )
    if kinds[0] == Kind.CHECK:
        raise InvalidInput("segments[0]", "is a check character over nothing", "put it behind what it protects")
    if rule.level not in (Level.LOT, Level.PLACE) and not {Kind.COUNTER, Kind.RANDOM} & set(kinds):
        raise InvalidInput("segments", sentence("gives every {level} the same code", level=rule.level), "add a counter or a random part")


def _check_length(rule: Definition) -> None:
    least, most = rule.scheme.room(rule.base)
    if most < 1:
        raise InvalidInput(
            "base", sentence("leaves no room for a generated part in {title}", title=rule.scheme.title), "give a shorter one"
        )
    if not least <= rule.length <= most:
        wanted = sentence("exactly {least}", least=least) if least == most else sentence("at most {most}", most=most)
        raise InvalidInput(
            "segments",
            sentence("make {length} characters together", length=rule.length),
            sentence("{title} takes {wanted}", title=rule.scheme.title, wanted=wanted),
        )


def _check_reset(rule: Definition) -> None:
    """A counter that begins again repeats its codes, unless the date says which run they are of."""
    counter = rule.first(Kind.COUNTER)
    if counter is None or counter.reset == Reset.NEVER:
        return
    parts = {one.part for one in rule.segments if one.kind == Kind.DATE}
    if not parts & _YEAR or not any(parts >= needed for needed in _NEEDS[counter.reset]):
        place = rule.segments.index(counter)
        fix = sentence(
            "add date segments that tell one {reset} from another (year first), or let the counter never begin again", reset=counter.reset
        )
        problem = sentence(
            "begins again every {reset}, and nothing in the code says which {reset}: codes would repeat", reset=counter.reset
        )
        raise InvalidInput(sentence("segments[{place}].reset", place=place), problem, fix)


def _check_code(rule: Definition) -> None:
    """What the rule makes is read back as the same code of the same kind, by the reader that everybody uses."""
    counter = rule.first(Kind.COUNTER)
    text = texts(rule, example(rule), [counter.start if counter else 0])[0]
    made = rule.scheme.code(rule.base, text)
    found = parse(made)
    if found.uri != made:
        raise InvalidInput(
            "base",
            sentence("gives codes such as {made}, which are read as {uri}", made=made, uri=found.uri),
            "choose another address, or the GS1 scheme",
        )


def _about_level(rule: Definition) -> Iterator[Warned]:
    if rule.level == Level.LOT:
        text = "every unit of a lot bears the same code: a recall, a complaint and a counterfeit can never be told apart more finely"
        yield Warned("lot_granularity", text + "; a code for each unit later means other labels, other printers and other rules")
    if rule.scheme.name == "drug20":
        text = "product parts of drug trace codes are assigned by the trace platform, and the rule of their last four digits is not public"
        yield Warned("drug_platform", text + ": issue them here only where the platform leaves that to you")


def _about_capacity(rule: Definition, found: Capacity, today: date) -> Iterator[Warned]:
    if rule.first(Kind.COUNTER) or rule.first(Kind.RANDOM):
        if not found.enough:
            text = f"there are {found.most:,} codes a period, and {found.wanted:,} are wanted: make the counter or the random part wider"
            yield Warned("too_few", text, {"most": found.most, "wanted": found.wanted})
        elif found.until is not None and found.until < today.year + HORIZON:
            yield Warned(
                "runs_out", f"the codes last until {found.until} only; a longer code later means other labels", {"until": found.until}
            )
    if found.guess is not None and found.guess < GUESS:
        text = f"one guess in {found.guess:,} hits a code that was issued; one in {GUESS:,} should be the least"
        yield Warned("guessable", text, {"guess": found.guess, "least": GUESS})
    if found.guess is None and rule.level == Level.ITEM:
        text = "there is no random part: one pack tells how many were made before it, and the codes of the others can be written down"
        yield Warned("countable", text)


def _about_characters(rule: Definition) -> Iterator[Warned]:
    if rule.scheme.charset >= characters.SET_82 and any(set(_used(one)) & _ESCAPED for one in rule.segments):
        yield Warned("escaped", "some characters become three in a web address (such as %2F), and GB/T 33993 leaves out % & / < > ?")
