"""The consumer's page under load: the 95th percentile of its answers at 100 requests a second against that at 1 a second.

An installation holds the milk chain's events; each request opens the page of another item, on a connection of its own, as another
shopper's phone does. Requests are sent when they are due, whatever became of those before them, and their time counts from that moment.
The load comes from a process of its own, over the loopback: `python -m bench.page_load URL RATE SECONDS < PATHS`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text

from api.routes.pages import path_of
from bench.figure import Figure
from bench.publishing import items, milk, plan
from ledger_client.chain import Chain
from ledger_client.codes import parse
from ledger_client.partner import Partner
from scripts.up import Plan, start

EVENTS = 2_000
RATES = {1: 40, 100: 20}  # requests a second: seconds
LEAST_RECORDS = 3  # of an item whose page is opened
MOST_OPEN = 200  # connections at once; who comes then waits, and the wait counts
SECONDS = 30.0  # after which a page counts as failed


def figures() -> Iterator[Figure]:
    """One ratio: milliseconds at 100 a second over those at 1 a second."""
    with tempfile.TemporaryDirectory() as folder:
        installation = plan(Path(folder))
        children = start(installation)
        try:
            paths = filled(installation)
            load(installation.public_url, 20, 5, paths)  # warm
            alone, loaded = (load(installation.public_url, rate, seconds, paths) for rate, seconds in RATES.items())
        finally:
            for child in reversed(children):
                child.stop()
    told = f"at 100 a second, {len(paths)} items: {_told(loaded)}"
    yield Figure("consumer page under load", _p95(loaded) / _p95(alone), 3, higher=False, ours=told, peer=f"at 1 a second: {_told(alone)}")


def filled(installation: Plan) -> list[str]:
    """Capture the milk chain, wait until it is mirrored, and choose the pages to open: those of single packs and their lots."""
    chain = Chain(installation.rpc_url, installation.home.deployment())
    with Partner(installation.public_url, installation.home.api_key_file.read_text()) as partner:
        partner.wait(partner.capture(json.dumps(milk(EVENTS)).encode(), proceed=True))
        while chain.total() < items(installation):
            time.sleep(0.2)
        while partner.status()["mirror"]["lag"]:
            time.sleep(0.2)
        found = _often(installation)
        if (verdict := partner.verify(found[0])["verdict"]) != "verified":
            raise RuntimeError(f"{found[0]} is {verdict}")
    return [path_of(parse(code)) for code in found]


def _often(installation: Plan) -> list[str]:
    wanted = "SELECT item_code FROM record_items WHERE item_code LIKE '%/01/%' GROUP BY item_code HAVING count(*) >= :least ORDER BY 1"
    with create_engine(installation.database_url).connect() as connection:
        return list(connection.scalars(text(wanted), {"least": LEAST_RECORDS}))


def load(url: str, rate: int, seconds: int, paths: Sequence[str]) -> list[float]:
    """Seconds of every answer, measured by another process; an answer other than a page ends the measurement."""
    command = [sys.executable, "-m", "bench.page_load", url, str(rate), str(seconds)]
    done = subprocess.run(command, input=json.dumps(paths), stdout=subprocess.PIPE, check=True, text=True)
    return list(json.loads(done.stdout))


async def opened(url: str, rate: int, seconds: int, paths: Sequence[str]) -> list[float]:
    """Open pages at a steady rate."""
    begun, free = time.perf_counter(), asyncio.Semaphore(MOST_OPEN)

    async def one(number: int) -> float:
        due = begun + number / rate
        await asyncio.sleep(due - time.perf_counter())
        async with free, asyncio.timeout(SECONDS):
            await _page(url, paths[number % len(paths)])
        return time.perf_counter() - due

    return list(await asyncio.gather(*(one(number) for number in range(rate * seconds))))


async def _page(url: str, path: str) -> None:
    """One page, as a browser asks for it."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = (f"GET {path} HTTP/1.1", f"Host: {address.netloc}", "Accept-Encoding: gzip", "Accept-Language: zh-CN", "Connection: close")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"{path}: {answer[:300]!r}")


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def _told(times: Sequence[float]) -> str:
    return f"95 % within {_p95(times) * 1000:.1f} ms, half within {statistics.median(times) * 1000:.1f} ms, {len(times):,} pages"


if __name__ == "__main__":
    print(json.dumps(asyncio.run(opened(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.load(sys.stdin)))))
