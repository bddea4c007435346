"""Lets go of what this process remembers of records, for speed, when one of them is erased.

The process that erases does so at once; others that share its socket see the number of erasures rise, within seconds (`figures`).
"""

from __future__ import annotations

from api import histories
from api.pages import render
from ledger_client import prove, verify_record


def forget() -> None:
    """Drop disclosed properties, verdicts on records and their parts of pages. Each is a pure function, computed anew when asked for."""
    verify_record.forget()
    prove.forget()
    histories.forget()
    render.forget()
