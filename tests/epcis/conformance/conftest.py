"""The server that is tested, and what the run captured there."""

from __future__ import annotations

import os
import ssl
import uuid
from collections.abc import Iterator

import certifi
import httpx
import pytest

from tests.epcis.conformance.events import EXTENSION, OTHER, made
from tests.epcis.conformance.run import Run, Server, started


@pytest.fixture(scope="session")
def name() -> str:
    """What stands in everything that the run captures."""
    return uuid.uuid4().hex[:8]


@pytest.fixture(scope="package")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server of --epcis-url, or our own."""
    url = request.config.getoption("epcis_url", None)
    given = [one.partition(":") for one in request.config.getoption("epcis_header", None) or ()]
    headers = {name.strip(): value.strip() for name, _, value in given}
    if not url:
        url, headers = request.getfixturevalue("own")
    headers |= {"Accept": "application/json", "GS1-Extensions": f"ex={EXTENSION}, other={OTHER}"}
    authorities = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
    with httpx.Client(base_url=url, headers=headers, verify=authorities, timeout=60) as http:
        yield Server(http)


@pytest.fixture(scope="package")
def own(anvil: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Our own server: its address, and the headers of somebody who may write, and read everything."""
    from tests.epcis.conformance.own import own_server

    with own_server(anvil, tmp_path_factory.mktemp("own")) as told:
        yield told


@pytest.fixture(scope="package")
def run(server: Server, name: str) -> Run:
    """The run's events, captured."""
    return started(server, name, made(name))
