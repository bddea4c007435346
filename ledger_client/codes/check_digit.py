"""The check digit that ends most GS1 keys (GS1 General Specifications 7.9.1)."""

from __future__ import annotations

from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence


def check_digit(digits: str) -> str:
    """The digit that completes `digits`: weights 3 and 1 in turn from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def require_check_digit(name: str, digits: str) -> None:
    """Raise InvalidCode with the right digit if the last of `digits` is not it."""
    right = check_digit(digits[:-1])
    if digits[-1] != right:
        raise InvalidCode(
            f"{name} {digits}",
            sentence("has the check digit {digits}, which is wrong", digits=digits[-1]),
            sentence("the right one is {right}: {digits}{right}", right=right, digits=digits[:-1]),
        )
