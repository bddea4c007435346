"""Which time the next block carries: the machine's, or for demonstrations a simulated one."""

from __future__ import annotations

import time

from ledger_client.errors import InvalidInput


class Clock:
    """Never runs backwards: a block is not older than the one before it, whatever the machine's clock does."""

    def __init__(self) -> None:
        self._simulated: int | None = None

    @property
    def simulated(self) -> bool:
        """Whether blocks carry a time that was set."""
        return self._simulated is not None

    def next(self, newest: int) -> int:
        """Unix seconds for a block after one of time `newest`."""
        return max(newest, int(time.time()) if self._simulated is None else self._simulated)

    def set(self, wanted: object, newest: int) -> None:
        """Let blocks carry `wanted` until it is set again; None goes back to real time. Raises InvalidInput."""
        if wanted is not None:
            _check(wanted, newest)
        self._simulated = wanted if isinstance(wanted, int) else None


def _check(wanted: object, newest: int) -> None:
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        raise InvalidInput("params[0]", "is neither Unix seconds nor null")
    if wanted < newest:
        raise InvalidInput("params[0]", f"{wanted} is before the newest block's {newest}", "set a later time")
    if wanted > time.time():
        raise InvalidInput("params[0]", f"{wanted} lies in the future", "real time must be later than simulated time")
