"""Master data of a document's header: names of products and places. Not anchored, so shown as the writer's word only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from ledger_client import canonical
from ledger_client.codes import canonical as canonical_code
from ledger_client.epcis.document import Document
from ledger_client.epcis.query.master_data import CHILDREN
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import sentence
from records.database import insert_for
from records.models import Vocabulary

LONGEST = 1000  # bytes of a type or a code: databases index them


def entries(document: Document) -> list[tuple[str, str, dict[str, Any]]]:
    """(type, code, attributes) of each entry; InvalidInput for one that cannot be kept.

    The code is the canonical item code where it is one (spec 1), so that it is found by any spelling.
    """
    return [
        (_kept("type", str(part.get("type", ""))), _kept("id", _code(str(element["id"]))), _attributes(element))
        for part in document.vocabulary
        for element in part.get("vocabularyElementList") or ()
        if isinstance(element, dict) and "id" in element
    ]


def write(session: Session, signer: bytes, document: Document) -> None:
    """Keep the document's entries; an entry that the signer sent before is replaced."""
    rows = {(kind, code): attributes for kind, code, attributes in entries(document)}
    if not rows:
        return
    statement = insert_for(session, Vocabulary)
    replaced = {"attributes": statement.excluded.attributes, "indexed": None}
    newest = statement.on_conflict_do_update(index_elements=["type", "code", "signer"], set_=replaced)
    session.execute(newest, [{"type": kind, "code": code, "signer": signer, "attributes": value} for (kind, code), value in rows.items()])


def _code(text: str) -> str:
    try:
        return canonical_code(text)
    except InvalidCode:
        return text


def _kept(name: str, text: str) -> str:
    if "\0" in text or len(text.encode()) > LONGEST:
        raise InvalidInput(
            f"vocabulary element's {name}",
            sentence("{text!r} has {count} bytes or a NUL", text=text[:40], count=len(text.encode())),
            sentence("at most {most} bytes", most=LONGEST),
        )
    return text


def _attributes(element: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute id -> value; a repeated attribute keeps its values as a list. Numbers become their canonical text.

    The codes of what lies within the thing stand beside them, under `CHILDREN`.
    """
    found: dict[str, Any] = {}
    given, children = element.get("attributes"), element.get("children")
    for entry in given if isinstance(given, Sequence) and not isinstance(given, str) else ():
        if isinstance(entry, dict) and "id" in entry:
            name, value = str(entry["id"]), _plain(entry.get("attribute"))
            found[name] = [*_listed(found[name]), value] if name in found else value
    if isinstance(children, Sequence) and not isinstance(children, str):
        found[CHILDREN] = [_kept("children", _code(str(child))) for child in children]
    return found


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 (JSON)
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    return value if isinstance(value, str | bool | None) else canonical.text(value)
