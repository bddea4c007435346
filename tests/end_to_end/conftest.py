"""One running installation for the tests that do not harm it."""

from __future__ import annotations

import pytest

from tests.end_to_end.installation import Installation


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("running"), "--api-processes", "2").start()
    yield installation
    installation.stop()


@pytest.fixture
def own(tmp_path):
    """An installation that a test may kill, edit and restart."""
    made = []

    def make(*options: str) -> Installation:
        made.append(Installation(tmp_path / f"home{len(made)}", *options))
        return made[-1].start()

    yield make
    for installation in made:
        if installation.process.poll() is None:
            installation.kill()
