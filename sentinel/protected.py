"""What a change by hand would show, as data: each table that the sentinel covers, each of its columns. A test walks them all.

A column that is not covered says why: nothing that is shown or proved rests on it, or something else watches it.
"""

from __future__ import annotations

from collections.abc import Mapping

from accounts.models import Seal
from records.erasure_models import Erasure
from records.genealogy.models import Participation, Thing
from records.key_models import CaptureKey, RecordKey
from records.models import Capture, CaptureResult, Record, RecordItem, RowSeal, Transaction
from records.row_seals import SEALED

_RECEIPT = "the receipt, an event on the chain"
_SEAL = "the event on the chain that tells of the seal"

PROTECTED: Mapping[str, Mapping[str, str]] = {
    Record.__tablename__: {
        "id": "the items in the queue name it",
        "event_id": "the event's own id, and its hash where it is one",
        "event_type": "the event's type",
        "event_time": "the event's time",
        "biz_step": "the event's business step",
        "original": "whether the event is an error declaration",
        "sealed": "its own seal, and the commitment recomputed from what it holds",
        "payload_mac": "the hash of the payload in the seal",
        "commitment": "the seal, and the chain",
        "signer": "the seal, and the chain",
        "captured_at": "the seal",
    },
    RecordKey.__tablename__: {
        "record_id": "the record whose seal it opens",
        "kek_version": "the master key that opens it",
        "wrapped": "the seal of the record",
    },
    RecordItem.__tablename__: {
        "id": "its place in the transaction, and the transaction's first and last item",
        "record_id": "the items of a record are those that its event names",
        "item_id": "the hash of its code",
        "item_code": "the event names it",
        "signer": "the key that the chain saw",
        "transaction_id": "the transaction's bytes hold its commitment",
    },
    Transaction.__tablename__: {
        "id": "the items in the queue name it",
        "signer": "its items name the same",
        "nonce": "the signed bytes",
        "hash": "the hash of the signed bytes",
        "raw": "its hash",
        "items": "the signed bytes",
        "first_item": "the items that name it",
        "last_item": "the items that name it",
        "state": "a block of the chain holds it, or none",
        "block_number": "the block that holds it",
        "block_hash": "the block that holds it",
    },
    "anchors": dict.fromkeys(
        ("position", "item_id", "seq", "commitment", "signer", "member_id", "time", "block_number", "log_index", "tx_hash"),
        "the ledger's log of that position",
    )
    | {"head": "the fold, and the ledger's slot of the item"},
    "member_events": dict.fromkeys(
        (
            *("block_number", "log_index", "block_hash", "tx_hash", "time", "kind", "member_id", "name", "endpoint", "roles", "signer"),
            *("at", "proposal_hash", "proposal_nonce", "proposer", "target", "data"),
        ),
        "the log of Members.sol at that place",
    ),
    "members": dict.fromkeys(("member_id", "name", "endpoint", "roles", "suspended", "since"), "the events of Members.sol"),
    "signers": dict.fromkeys(("address", "member_id", "active_from", "active_until"), "the events of Members.sol"),
    "proposals": dict.fromkeys(("safe_tx_hash", "nonce", "proposer", "target", "data", "time"), "the events of Members.sol"),
    Capture.__tablename__: {
        "id": "its results name it",
        "signer": "the signer of the records that it led to",
        "state": "its results",
        "events_total": "the number of its results",
        "events_done": "the number of its results",
        "sealed": "its key",
    },
    CaptureKey.__tablename__: {
        "capture_id": "the document that it opens",
        "kek_version": "the master key that opens it",
        "wrapped": "the seal of the document",
    },
    CaptureResult.__tablename__: {
        "capture_id": "the document has a result for each event",
        "index": "the document has a result for each event",
        "outcome": "whether it names a record or a reason",
        "event_id": "the record that it names",
        "record_id": "the event id and the signer of the record that it names",
    },
    Erasure.__tablename__: dict.fromkeys(
        ("id", "record_id", "state", "ordered_by", "reason", "asked_at", "asked_name", "decided_at", "decided_name", "receipt_id"), _RECEIPT
    ),
    Seal.__tablename__: dict.fromkeys(("entries", "hash", "at", "event_id"), _SEAL),
    **{table: dict.fromkeys(columns, "the seal of the row") for table, columns in SEALED.items()},
    Participation.__tablename__: dict.fromkeys(
        ("record_id", "place", "thing_id", "at", "role", "action", "quantity", "uom"), "who took part in the record's event"
    ),
    Thing.__tablename__: dict.fromkeys(("id", "item_id", "code"), "the codes that the events name, and their hashes"),
    RowSeal.__tablename__: dict.fromkeys(("table_name", "row_key", "sealed"), "its keyed hash, and the row that it is of"),
}

_TIMES = "when it came and was done; the records have times of their own"
_NOTES = "the publisher's note of its own attempts; nothing is proved by it"
UNPROTECTED: Mapping[str, Mapping[str, str]] = {
    Transaction.__tablename__: dict.fromkeys(("signed_at", "changed_at", "sent_at", "tries", "problem"), _NOTES),
    Capture.__tablename__: {
        "received_at": _TIMES,
        "finished_at": _TIMES,
        "behaviour": "what its sender asked for; the results say what was done",
        "request_id": "leads to the log and the audit log, which name the document themselves",
    },
    CaptureResult.__tablename__: {"problem": "words for the sender; that there is a reason is compared, not what it says"},
    "subscriptions": dict.fromkeys(
        ("runs_at", "failures", "next_at", "notified_at", "problem"), "how sending goes; the log of deliveries tells what was sent"
    ),
    Erasure.__tablename__: dict.fromkeys(("asked_by", "decided_by"), "numbers of accounts; the receipt names the people"),
}
"""Columns of covered tables that are not covered themselves."""
