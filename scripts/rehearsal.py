"""A chain inside this process, for tests and for measuring gas: eth-tester with the real EVM of py-evm.

It answers like a node: a refused call comes back as JSON-RPC error 3 with the contract's revert data, which eth-tester keeps to itself.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-untyped]  # has no type hints
from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]  # has no type hints
from web3 import EthereumTesterProvider, Web3
from web3.types import RPCEndpoint, RPCResponse

from ledger_client.onchain import keccak

GAS_LIMIT = 2_000_000_000
RICH = 10**24  # wei


class NodeLikeProvider(EthereumTesterProvider):
    """eth-tester behind the error answers of a real node."""

    def make_request(self, method: RPCEndpoint, params: object) -> RPCResponse:
        """Answer one JSON-RPC call; a revert is an answer, not an exception, and a call needs no money."""
        if method == "eth_call" and isinstance(params, (list, tuple)):
            params = [params[0] | {"gas_price": 0}, *params[1:]]
        try:
            return super().make_request(method, params)
        except TransactionFailed as failure:
            data = "0x" + _revert_data(failure).hex()
            return {"jsonrpc": "2.0", "id": 0, "error": {"code": 3, "message": "execution reverted", "data": data}}


def rehearsal_chain(accounts: Iterable[LocalAccount]) -> Web3:
    """A fresh chain without gas price, a block per transaction. Only these accounts may send: eth-tester wants a balance above 0."""
    parameters = PyEVMBackend.generate_genesis_params({"gas_limit": GAS_LIMIT}) | {"base_fee_per_gas": 0}
    state = {bytes.fromhex(a.address[2:]): {"balance": RICH, "nonce": 0, "code": b"", "storage": {}} for a in accounts}
    backend = PyEVMBackend(genesis_parameters=parameters, genesis_state=state)
    return Web3(NodeLikeProvider(EthereumTester(backend)))


def _revert_data(failure: BaseException) -> bytes:
    """The bytes, or what eth-tester made of them, at the bottom of a chain of exceptions that each wrap the next."""
    while (inner := _wrapped(failure)) is not None:
        failure = inner
    said = failure.args[0] if failure.args else b""
    if isinstance(said, bytes):
        return said
    if str(said)[:2] in ("b'", 'b"'):
        return bytes(literal_eval(str(said)))
    return keccak(b"Error(string)")[:4] + encode(["string"], [str(said)])


def _wrapped(failure: BaseException) -> BaseException | None:
    inner = failure.args[0] if failure.args else None
    return inner if isinstance(inner, BaseException) else failure.__cause__ or failure.__context__
