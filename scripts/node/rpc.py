"""The JSON-RPC that the chain offers: reading, sending signed transactions, and our own status. Nothing else gets to the node.

What goes on is built anew from the parsed request, so that no trick of JSON smuggles another method past the list. Answers of the
node are passed back as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import orjson

from ledger_client.errors import InvalidInput, LedgerError, NodeUnavailable, Retryable
from scripts.node.intake import Intake
from scripts.node.transaction import Transaction, read
from scripts.node.upstream import Upstream

# fmt: off
READING = frozenset([
    "web3_clientVersion", "net_version", "net_listening", "eth_chainId", "eth_blockNumber", "eth_syncing", "eth_accounts",
    "eth_feeHistory", "eth_getBlockByNumber", "eth_getBlockByHash", "eth_getBlockTransactionCountByNumber",
    "eth_getBlockTransactionCountByHash", "eth_getTransactionByHash", "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionReceipt", "eth_getBlockReceipts", "eth_getTransactionCount",
    "eth_getBalance", "eth_getCode", "eth_getStorageAt", "eth_getProof", "eth_call", "eth_estimateGas", "eth_createAccessList",
    "eth_getLogs",
])
# fmt: on
_FIXED = {"eth_gasPrice": "0x0", "eth_maxPriorityFeePerGas": "0x0"}  # the node itself would suggest a price; here it is free
_SEND = "eth_sendRawTransaction"
_TIMEOUT = 120.0  # seconds; nobody waits longer for a node that hangs

Call = dict[str, object]
Own = Callable[[list[object]], Awaitable[object]]


class Rpc:
    """Answers JSON-RPC requests."""

    def __init__(self, chain_id: int, intake: Intake, own: dict[str, Own]) -> None:
        self.node: Upstream | None = None  # None while the node is away
        self.absence = "node starting"
        self._chain_id, self._intake, self._own = chain_id, intake, own

    async def answer(self, body: bytes) -> bytes:
        """The answer to the body of one request, single or array."""
        try:
            request = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return orjson.dumps(_error(None, -32700, f"the request is not JSON: {error}"))
        if isinstance(request, list):
            return await self._array(request)
        if _reads(request):
            return await self._forward(request)
        return orjson.dumps((await self._mixed([request]))[0])

    async def _array(self, requests: list[object]) -> bytes:
        if not requests:
            return orjson.dumps(_error(None, -32600, "an empty array asks nothing"))
        if all(_reads(request) for request in requests):
            return await self._forward(requests)
        return orjson.dumps(await self._mixed(requests))

    async def _forward(self, requests: object) -> bytes:
        """Let the node answer, and pass its bytes on."""
        batch = isinstance(requests, list)
        calls = cast(list[Call], requests if batch else [requests])
        try:
            if self.node is None:
                raise Retryable(self.absence)
            body = orjson.dumps([_clean(call) for call in calls] if batch else _clean(calls[0]))
            async with asyncio.timeout(_TIMEOUT):
                return await self.node.ask(body)
        except (Retryable, TimeoutError) as error:
            answers = [_failure(call, error) for call in calls]
            return orjson.dumps(answers if batch else answers[0])

    async def _mixed(self, requests: list[object]) -> list[object]:
        """Sends together, then the rest, each in its place."""
        answers: list[object] = [None] * len(requests)
        sends = [n for n, request in enumerate(requests) if _method(request) == _SEND]
        for n, answer in zip(sends, await self._send([cast(Call, requests[n]) for n in sends]), strict=True):
            answers[n] = answer
        for n, request in enumerate(requests):
            if answers[n] is None:
                answers[n] = await self._other(request)
        return answers

    async def _send(self, calls: list[Call]) -> list[object]:
        """Send what is a transaction; the others get their error at once."""
        answers: list[object] = []
        transactions = []
        for call in calls:
            try:
                transactions.append(self._ours(read(_params(call)[0] if _params(call) else None)))
                answers.append(None)
            except InvalidInput as error:
                answers.append(_error(call.get("id"), -32602, str(error)))
        good = [n for n, answer in enumerate(answers) if answer is None]
        try:
            if self.node is None and good:
                raise Retryable(self.absence)
            results = await self._intake.send(transactions)
        except LedgerError as error:
            for n in good:
                answers[n] = _failure(calls[n], error)
            return answers
        for n, result in zip(good, results, strict=True):
            answers[n] = {**result, "id": calls[n].get("id")}
        return answers

    def _ours(self, transaction: Transaction) -> Transaction:
        """The node itself takes transactions of any chain."""
        if transaction.chain_id != self._chain_id:
            wrong = "any chain" if transaction.chain_id is None else f"chain {transaction.chain_id}"
            raise InvalidInput("params[0]", f"is signed for {wrong}", f"this is chain {self._chain_id}")
        return transaction

    async def _other(self, request: object) -> object:
        if _reads(request):
            return orjson.Fragment(await self._forward(request))
        method = _method(request)
        if method is None:
            return _error(None, -32600, "not a JSON-RPC request: it needs a method, and params as an array if any")
        call = cast(Call, request)
        if method in _FIXED:
            return {"jsonrpc": "2.0", "id": call.get("id"), "result": _FIXED[method]}
        if method not in self._own:
            return _error(call.get("id"), -32601, f"the method {method} is not offered by this chain")
        try:
            return {"jsonrpc": "2.0", "id": call.get("id"), "result": await self._own[method](_params(call))}
        except LedgerError as error:
            return _failure(call, error)


def _method(request: object) -> str | None:
    if not isinstance(request, dict) or not isinstance(request.get("params", []), list):
        return None
    method = request.get("method")
    return method if isinstance(method, str) else None


def _reads(request: object) -> bool:
    return _method(request) in READING


def _params(call: Call) -> list[object]:
    return cast(list[object], call.get("params", []))


def _clean(call: Call) -> Call:
    return {"jsonrpc": "2.0", "id": call.get("id"), "method": call["method"], "params": _params(call)}


def _failure(call: Call, error: Exception) -> Call:
    code = -32602 if isinstance(error, InvalidInput) else -32000
    text = "node restarting" if isinstance(error, NodeUnavailable) else str(error) or "the node took too long"
    return _error(call.get("id"), code, text)


def _error(identity: object, code: int, message: str) -> Call:
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}}
