"""A writer of the embedded chain for tests: signs value-0 transactions, remembers every acknowledgement and receipt it saw."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import ClassVar, TypeVar

import httpx
from eth_account import Account
from eth_utils import to_checksum_address

Answer = TypeVar("Answer")
RECEIVER = "0x00000000000000000000000000000000000000AA"


class Rpc:
    """JSON-RPC as a stranger would speak it."""

    opened: ClassVar[list[httpx.Client]] = []  # closed by the fixture that stops the chain

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.opened.append(self.http)

    def post(self, body: object) -> object:
        return self.http.post("/", json=body).json()

    def answer(self, method: str, *params: object) -> dict:
        return self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})

    def __call__(self, method: str, *params: object) -> object:
        answer = self.answer(method, *params)
        assert "result" in answer, answer
        return answer["result"]

    def height(self) -> int:
        return int(self("eth_blockNumber"), 16)

    def blocks(self) -> list[dict]:
        return [self("eth_getBlockByNumber", hex(number), False) for number in range(self.height() + 1)]

    def receipt(self, transaction: str, seconds: float = 10) -> dict:
        return until(lambda: self("eth_getTransactionReceipt", transaction), seconds)


class Key:
    """One account; `sign` counts its nonces."""

    def __init__(self, seed: int, chain_id: int = 20260) -> None:
        self.account = Account.from_key(seed.to_bytes(32, "big"))
        self.chain_id, self.nonces = chain_id, itertools.count()

    def sign(self, nonce: int | None = None, data: str = "0x", to: str | None = RECEIVER, gas: int = 100_000, **more: object) -> str:
        nonce = next(self.nonces) if nonce is None else nonce
        fields = {
            "nonce": nonce,
            "gas": gas,
            "value": 0,
            "data": data,
            "chainId": self.chain_id,
            **({"to": to_checksum_address(to)} if to else {}),
            **more,
        }
        if "maxFeePerGas" not in more:
            fields["gasPrice"] = 0
        return "0x" + bytes(self.account.sign_transaction(fields).raw_transaction).hex()


class Writer(threading.Thread):
    """Sends until told to stop or the chain goes away; `seen` holds receipts by transaction, `taken` acknowledged hashes."""

    def __init__(self, url: str, key: Key) -> None:
        super().__init__(daemon=True)
        self.rpc, self.key, self.halt = Rpc(url), key, threading.Event()
        self.seen: dict[str, tuple[str, str]] = {}
        self.taken: list[str] = []
        self.start()

    def run(self) -> None:
        try:
            while not self.halt.is_set():
                self._round()
        except (httpx.HTTPError, AssertionError, ValueError):
            return  # the chain was killed: what was seen so far must be there afterwards

    def _round(self) -> None:
        for raw in [self.key.sign() for _ in range(5)]:
            self.taken.append(self.rpc("eth_sendRawTransaction", raw))
        for one in self.taken:
            if one not in self.seen and (receipt := self.rpc("eth_getTransactionReceipt", one)):
                self.seen[one] = (receipt["blockNumber"], receipt["blockHash"])

    def finish(self) -> None:
        """Stop; a chain that is up, down or on its way answers, so nothing hangs."""
        self.halt.set()
        self.join(30)
        assert not self.is_alive(), "a request was never answered"


def until(ask: Callable[[], Answer], seconds: float = 10) -> Answer:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"nothing came in {seconds} s"
        time.sleep(0.02)
    return answer
