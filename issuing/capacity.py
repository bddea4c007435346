"""How many codes a definition has, for how long that is enough, and how hard its random part is to guess. Exact integers, no estimates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from issuing.definition import Definition
from issuing.segments import DatePart, Kind, Reset

A_YEAR = {Reset.NEVER: 1, Reset.YEAR: 1, Reset.MONTH: 12, Reset.WEEK: 52, Reset.DAY: 365}  # periods
HORIZON = 10  # years that a rule should last, and for which a random part without a date is judged
SPARSE = 10  # of so many random texts one is used at most: the others are what makes it hard to guess
_END = 9999


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a definition has room for."""

    most: int  # different codes, in each `period`
    period: Reset  # `never`: in all
    wanted: int  # codes that a period needs by the rule's yearly volume, rounded up
    until: int | None  # the last year for which it is enough; None: no end in sight, or not enough for one period
    guess: int | None  # one guess in so many hits a code that was issued; None without a random part

    @property
    def enough(self) -> bool:
        """Whether a period holds what it needs."""
        return self.most >= self.wanted


def capacity(rule: Definition, today: date, following: int = 0) -> Capacity:
    """The capacity left when the next number of a counter that never begins again is `following`; one below its start has given none."""
    counter, random = rule.first(Kind.COUNTER), rule.first(Kind.RANDOM)
    cycle = counter.reset if counter else resolution(rule)
    wanted = -(-rule.yearly // A_YEAR[cycle])
    if counter:
        most = counter.variants - (max(following, counter.start) if cycle == Reset.NEVER else counter.start)
    else:
        most = random.variants // SPARSE if random else 1
    until = today.year + most // rule.yearly if cycle == Reset.NEVER and most >= wanted else None
    return Capacity(max(most, 0), cycle, wanted, until if until is not None and until <= _END else None, _guess(rule, wanted, cycle))


def resolution(rule: Definition) -> Reset:
    """How long the rule's date parts stay the same: `never` where they come again every year, month or week."""
    parts = {one.part for one in rule.segments if one.kind == Kind.DATE}
    if not parts & {DatePart.YEAR, DatePart.SHORT_YEAR}:
        return Reset.NEVER
    if DatePart.DAY_OF_YEAR in parts or parts >= {DatePart.MONTH, DatePart.DAY}:
        return Reset.DAY
    if DatePart.MONTH in parts:
        return Reset.MONTH
    return Reset.WEEK if DatePart.WEEK in parts else Reset.YEAR


def _guess(rule: Definition, wanted: int, cycle: Reset) -> int | None:
    """Whoever knows a counter value that was used has to guess the random part beside it; without a counter any issued code will do."""
    random = rule.first(Kind.RANDOM)
    if random is None:
        return None
    issued = 1 if rule.first(Kind.COUNTER) else wanted * (HORIZON if cycle == Reset.NEVER else 1)
    return max(random.variants // issued, 1)


def statement(found: Capacity, rule: Definition) -> str:
    """The capacity in plain words."""
    each = "in all" if found.period == Reset.NEVER else f"a {found.period}"
    if rule.first(Kind.COUNTER) is None and rule.first(Kind.RANDOM) is None:
        told = "one code for each different date, product, line and shift that stands in it"
    else:
        told = f"{found.most:,} codes {each}"
    if found.until is not None:
        told += f", enough until {found.until} at {rule.yearly:,} a year"
    elif not found.enough:
        told += f", not enough for {found.wanted:,} {each} at {rule.yearly:,} a year"
    if found.guess is not None:
        told += f"; one guess in {found.guess:,} hits a code that was issued"
    return told
