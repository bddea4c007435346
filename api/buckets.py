"""Token buckets: so many requests a second, after so many at once. Pure but for the clock; used by `rates`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

MOST = 20_000  # buckets; whoever has not asked for longest is forgotten first
WHOLE = 0.999999  # of a token: rounding must not hold anybody up


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, after a start of `burst` at once. Nothing a second: as many as one likes."""

    per_second: float
    burst: float


@dataclass(slots=True)
class Buckets:
    """What each has left; safe to use from many threads."""

    left: dict[bytes | str, tuple[float, float]] = field(default_factory=dict)  # tokens, and when they were counted
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: bytes | str, rate: Rate, cost: float = 1.0, at: float | None = None) -> float:
        """Take `cost` tokens; 0.0 if they were there, else the seconds until they are, and nothing is taken."""
        if rate.per_second <= 0:
            return 0.0
        moment = time.monotonic() if at is None else at
        with self.lock:
            tokens, counted = self.left.get(who, (rate.burst, moment))
            tokens = min(rate.burst, tokens + max(0.0, moment - counted) * rate.per_second)
            wanted = min(cost, rate.burst)
            taken = tokens >= wanted * WHOLE
            self.left.pop(who, None)
            self.left[who] = (tokens - wanted if taken else tokens, moment)  # at the end: the first is who has not asked for longest
            if len(self.left) > MOST:
                self.left.pop(next(iter(self.left)))
        return 0.0 if taken else (wanted - tokens) / rate.per_second
