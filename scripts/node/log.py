"""Messages to the operator, on standard output; `start` leads it to node.log."""

from __future__ import annotations

import contextlib
from datetime import datetime


def say(text: str) -> None:
    """One line with the time. A message is never worth the chain: on a full disk it is dropped."""
    with contextlib.suppress(OSError):
        print(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {text}", flush=True)
