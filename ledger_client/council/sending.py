"""One transaction of a person or an operator, from call to receipt. (Anchors go another way: `anchoring` and the publisher.)

Legacy transactions, which every engine takes; free of charge where the chain has no base fee, as ours has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import requests
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.exceptions import ContractLogicError, TimeExhausted, Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware
from web3.types import TxParams, TxReceipt, Wei

from ledger_client.errors import NodeUnavailable, Refused
from ledger_client.reverts import explain


def connect(url: str) -> Web3:
    """A node by its URL; also one of a proof-of-authority chain, whose blocks carry more extra data than web3 expects."""
    web3 = Web3(Web3.HTTPProvider(url, exception_retry_configuration=None))
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    return web3


def send(web3: Web3, account: LocalAccount, to: bytes | None, data: bytes, *, gas: int = 0, timeout: float = 60) -> TxReceipt:
    """Sign, send and await one call (or, with `to` None, one deployment). `gas` is the limit; the node estimates it if not given.

    Raises Refused with the contract's reason, NodeUnavailable if no block took it within `timeout` seconds.
    """
    with node_errors():
        transaction = _transaction(web3, account, to, data, gas)
        tx_hash = web3.eth.send_raw_transaction(account.sign_transaction(cast("dict[str, Any]", transaction)).raw_transaction)
        receipt = web3.eth.wait_for_transaction_receipt(tx_hash, timeout=timeout, poll_latency=0.05)
    if receipt["status"] != 1:
        raise Refused(f"transaction 0x{receipt['transactionHash'].hex()} was refused by the contract in block {receipt['blockNumber']}")
    return receipt


@contextmanager
def node_errors() -> Iterator[None]:
    """Turn what web3 raises into our errors: Refused for a contract's refusal, NodeUnavailable for a node that does not serve."""
    try:
        yield
    except ContractLogicError as error:
        raise Refused(_reason(error)) from error
    except TimeExhausted as error:
        raise NodeUnavailable(f"no block took the transaction; is the chain producing blocks? ({error})") from None
    except requests.RequestException as error:
        raise NodeUnavailable(f"the node does not answer: {error}") from error
    except Web3RPCError as error:
        raise NodeUnavailable(f"the node refuses: {error.message}") from error


def _reason(error: ContractLogicError) -> str:
    """The contract's reason in words, from what web3 raises."""
    data = error.data if isinstance(error.data, str) else ""
    return explain(bytes.fromhex(data.removeprefix("0x"))) if data.startswith("0x") and len(data) > 2 else str(error.message)


def _transaction(web3: Web3, account: LocalAccount, to: bytes | None, data: bytes, gas: int) -> TxParams:
    transaction: TxParams = {
        "from": account.address,
        "data": data,
        "value": Wei(0),
        "gasPrice": _gas_price(web3),
        "nonce": web3.eth.get_transaction_count(account.address, "pending"),
        "chainId": web3.eth.chain_id,
    }
    if to is not None:
        transaction["to"] = Web3.to_checksum_address(to)
    transaction["gas"] = gas or web3.eth.estimate_gas(transaction) * 6 // 5
    return transaction


def _gas_price(web3: Web3) -> Wei:
    """0 where the chain has no base fee, else twice the base fee, so that a rising one still takes it."""
    return Wei(2 * web3.eth.get_block("latest").get("baseFeePerGas", 0))
