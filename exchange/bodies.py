"""What a delivery says, made when it is sent: events as the subscription's owner may see them then, nothing of what was erased since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from exchange.models import Delivery, HappeningKind, NamedQuery, Subscription
from exchange.owners import Owner
from indexer.audiences import policies
from ledger_client.epcis.epc_format import EpcFormat
from ledger_client.epcis.query.document import JSON, About, Form, query_document
from ledger_client.epcis.xml.spelling import CbvFormat
from ledger_client.errors import NoXml
from records import contents
from records.audiences import View
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record, RecordItem

ANCHORS = 500  # of one transaction, at most


def body(session: Session, row: Subscription, delivery: Delivery, owner: Owner) -> tuple[bytes, str]:
    """The body of a delivery, and its media type."""
    view = View(owner.audience, policies(session))
    found = events(session, delivery.records, view) if delivery.records else []
    if delivery.kind == HappeningKind.QUERY:
        query = session.get_one(NamedQuery, row.query_id)
        return document_or_json(found, About(delivery.made_at, query.name, row.id), form_of(row))
    told: dict[str, Any] = {"id": delivery.key, "kind": delivery.kind, "webhook": row.id, "at": zulu(delivery.made_at)}
    told |= _content(session, delivery) | ({"events": found} if delivery.kind == HappeningKind.STORED else {})
    return orjson.dumps(told), JSON


def form_of(row: Subscription) -> Form:
    """How a subscriber wants events told; a spelling of the CBV's words is one of XML."""
    cbv = cast("CbvFormat | None", row.cbv_xml_format)
    return Form("application/xml" if cbv else JSON, cast("EpcFormat", row.epc_format), cbv or "No_Preference")


def document_or_json(found: Sequence[dict[str, Any]], about: About, form: Form) -> tuple[bytes, str]:
    """A query document and its media type: JSON also where XML is wanted and has no place for what the events hold."""
    try:
        return query_document(found, about, form), form.media_type
    except NoXml:
        return query_document(found, about, replace(form, media_type=JSON)), JSON


def events(session: Session, numbers: Sequence[int], view: View) -> list[dict[str, Any]]:
    """The events of some records as `view` shows them, with `recordTime`, in the order of their capture; those erased are left out."""
    ring, rows = keyring_of(session), select(Record.id, *contents.COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    found = []
    for row in session.execute(rows.where(Record.id.in_(numbers)).order_by(Record.id)):
        content = contents.of_row(ring, row)
        whole = content.event()
        if whole is not None:
            found.append(view.shown(content.signer, whole) | {"recordTime": zulu(row.captured_at)})
    return found


def zulu(moment: datetime) -> str:
    """A moment as events have it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _content(session: Session, delivery: Delivery) -> dict[str, Any]:
    if delivery.kind != HappeningKind.ANCHORED:
        return delivery.content
    pairs = select(Record.event_id, RecordItem.item_code).join(Record, Record.id == RecordItem.record_id)
    pairs = pairs.where(RecordItem.transaction_id == int(delivery.subject)).where(
        RecordItem.id.between(delivery.content["first"], delivery.content["last"])
    )
    anchors = [{"eventID": event_id, "item": code} for event_id, code in session.execute(pairs.order_by(RecordItem.id).limit(ANCHORS))]
    return {name: delivery.content[name] for name in ("transaction", "blockNumber")} | {"anchors": anchors}
