"""A server that may send to this machine, and somebody there who takes what it sends: `server` and `there`, for tests that import them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.served import Installation, Server, serving
from tests.exchange.receiver import LOOPBACK, Receiver, receiver


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    with serving(installation, outgoing=LOOPBACK) as made:
        yield made


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made
