"""Write tests/vectors/{commitment,fold,bundle}.json: read by the Python and the JavaScript tests.

`python -m tests.proof.make_vectors` makes them anew: commitments and folds by the plain rules of `tree`, bundles on a real node
(so keys, times and hashes differ from run to run). The tests hold what is committed against the code.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from web3 import HTTPProvider, Web3

from ledger_client import commitment
from ledger_client.bundle import Bundle
from ledger_client.council import Council
from ledger_client.council.actions import revoke_signer
from ledger_client.epcis.normalise import normalise
from ledger_client.onchain import item_id
from ledger_client.prove import Kept, Withheld, prove
from ledger_client.strict_json import parse
from ledger_client.verify import verify
from tests.conftest import LedgerChain, address_of, deploy_ledger, running_anvil
from tests.proof import tree
from tests.proof.changes import CHANGES, FORMS, Change, Form, at

VECTORS = Path(__file__).parents[1] / "vectors"
ITEM = "https://id.gs1.org/01/06901234567809/10/RAW01"
NEVER = "https://id.gs1.org/01/06901234567809/10/NEVER"

EVENTS: list[dict[str, object]] = [
    {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving",
        "eventTime": "2026-09-01T06:10:00+08:00", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.RAW01", "quantity": 1200, "uom": "KGM"}],
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0"},
    },
    {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://example.org/milk/"}],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting", "disposition": "in_progress",
        "eventTime": "2026-09-01T07:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.RAW01", "quantity": 1200, "uom": "KGM"}],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:6901234.00001.4711"}],
        "ex:inspector": "李明", "ex:result": {"fat": "3.6 %", "合格": True},
    },
    {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "storing",
        "eventTime": "2026-09-01T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.RAW01", "quantity": 1200, "uom": "KGM"}],
    },
]  # fmt: skip


def secret(label: str) -> bytes:
    """A secret that everybody knows, for vectors only."""
    return hashlib.sha256(label.encode()).digest()


def commitment_vectors() -> list[dict[str, object]]:
    """Events, normalised, with every leaf, every disclosure and the commitment; then bare trees of 1 to 9 properties."""
    events = [normalise(event) for event in EVENTS]
    trees = [{name: name for name in ["eventID", "a", "b", "ab", "é", "温", "Z", "_", "0"][:size]} for size in range(1, 10)]
    return [
        _commitment_vector(f"{kind} {n}", event) for kind, group in (("event", events), ("tree", trees)) for n, event in enumerate(group, 1)
    ]


def _commitment_vector(label: str, event: dict[str, object]) -> dict[str, object]:
    key = secret(label)
    names = sorted(event)
    leaves = [tree.leaf(key, name, tree.plain_json(event[name])) for name in names]
    properties = [
        {
            "name": name,
            "value": tree.plain_json(event[name]),
            "salt": _hex(commitment.salts(key, [name])[0]),
            "leaf": _hex(leaves[index]),
            "index": index,
            "path": [_hex(node) for node in tree.path(leaves, index)],
        }
        for index, name in enumerate(names)
    ]
    return {
        "name": label,
        "event": event,
        "secret": _hex(key),
        "size": len(names),
        "properties": properties,
        "commitment": _hex(tree.commitment(leaves)),
    }


def fold_vectors() -> list[dict[str, object]]:
    """Items of 0 to 5 anchors, with the storage word (count, head) after each anchor."""
    found = []
    for size in range(6):
        head, anchors = bytes(28), []
        for seq in range(1, size + 1):
            committed, signer, time = secret(f"{size} {seq}"), secret(f"signer {seq % 2}")[:20], 1_788_000_000 + seq * 10 ** (2 * seq)
            head = tree.fold(head, committed, signer, time)
            word = seq.to_bytes(4, "big") + head
            anchors.append({"seq": seq, "commitment": _hex(committed), "signer": _hex(signer), "time": time, "word": _hex(word)})
        found.append({"name": f"{size} anchors", "anchors": anchors, "head": _hex(head), "count": size})
    return found


def bundle_vectors() -> dict[str, object]:
    """Bundles of one item from a real node, in every state; and what each change of them must lead to."""
    with tempfile.TemporaryDirectory() as folder, running_anvil(Path(folder)) as url:
        ledger = deploy_ledger(url)
        valid = _valid(ledger)
        deployment = ledger.deployment.to_json()
        ledger.chain.close()
    altered = [_altered(valid, change) for change in CHANGES]
    return {"deployment": deployment, "valid": valid, "altered": altered, "malformed": [_malformed(valid, form) for form in FORMS]}


def _valid(ledger: LedgerChain) -> list[dict[str, object]]:
    events = [normalise(event) for event in EVENTS]
    keys = [secret(f"bundle {n}") for n in range(3)]
    found = [commitment.commit(event, key) for event, key in zip(events, keys, strict=True)]
    ledger.anchor([(item_id(ITEM), found[0])])
    _revoke(ledger)
    ledger.anchor([(item_id(ITEM), found[1]), (item_id(ITEM), found[2])], ledger.signers[1])
    anchors = ledger.chain.anchors_of(item_id(ITEM))
    kept = {c: Kept(event, key) for c, event, key in zip(found, events, keys, strict=True)}
    cases: dict[str, tuple[str, Callable[[], Bundle]]] = {
        "public": ("some properties of each event; the first key was revoked later", lambda: prove(ledger.chain, ITEM, anchors, kept)),
        "regulator": ("everything is shown", lambda: prove(ledger.chain, ITEM, anchors, kept, "regulator")),
        "withheld": (
            "one record is withheld, one erased",
            lambda: prove(ledger.chain, ITEM, anchors, kept | {found[1]: Withheld("policy"), found[2]: Withheld("erased")}),
        ),
        "missing": ("one record is not there", lambda: prove(ledger.chain, ITEM, anchors, {c: kept[c] for c in found[:2]})),
        "never": ("nothing was ever anchored for the item", lambda: prove(ledger.chain, NEVER, [], {})),
    }
    return [{"name": name, "about": about, **_expected(made())} for name, (about, made) in cases.items()]


def _revoke(ledger: LedgerChain) -> None:
    council = Council(Web3(HTTPProvider(ledger.url)), ledger.deployment)
    proposal = council.propose(ledger.governors[0], revoke_signer(address_of(ledger.signers[0])))
    for governor in ledger.governors:
        council.approve(governor, proposal.safe_tx_hash)
    council.execute(ledger.governors[0], proposal.safe_tx_hash)


def _expected(bundle: Bundle) -> dict[str, object]:
    said = verify(bundle, deployment=bundle.deployment)
    records = [{"commitment": _hex(r.commitment), "seqs": list(r.seqs), "verdict": r.verdict} for r in said.records]
    return {"verdict": said.verdict, "complete": said.complete, "records": records, "bundle": bundle.to_json()}


def _altered(valid: list[dict[str, object]], change: Change) -> dict[str, object]:
    name, of, path, made, number, part = change
    base = next(entry for entry in valid if entry["name"] == of)["bundle"]
    value = made(at(base, path))
    assert value != at(base, path), name
    return {"name": name, "of": of, "path": path, "value": value, "verdict": "altered", "step": number, "part": part}


def _malformed(valid: list[dict[str, object]], form: Form) -> dict[str, object]:
    name, path, made = form
    return {"name": name, "of": "public", "path": path, "value": made(at(valid[0]["bundle"], path))}


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def main() -> None:
    """Write the three files."""
    for name, content in (("commitment", commitment_vectors()), ("fold", fold_vectors()), ("bundle", bundle_vectors())):
        text = json.dumps(content, ensure_ascii=False, indent=1)
        assert parse(text) == content, name
        (VECTORS / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
