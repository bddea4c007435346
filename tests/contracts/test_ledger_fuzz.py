"""Random batches of known and new items: the chain, the logs and the Python fold must say the same."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_client.onchain import NO_HEAD, Head, fold

FEW = st.integers(0, 6).map(lambda n: n.to_bytes(32, "big"))  # often the same item again, the zero id among them
ITEMS = st.one_of(FEW, st.binary(min_size=32, max_size=32))
COMMITMENTS = st.binary(min_size=32, max_size=32).filter(any)
PAIRS = st.lists(st.tuples(ITEMS, COMMITMENTS), min_size=1, max_size=24)
BATCHES = st.lists(st.tuples(st.integers(0, 2), PAIRS), min_size=1, max_size=3)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BATCHES)
def test_any_batches_fold_to_the_heads_that_python_computes(world, batches):
    model: dict[bytes, Head] = {}
    total = world.ledger.functions.total().call()
    for signer_number, pairs in batches:
        signer, item_ids = world.signers[signer_number], [item_id for item_id, _ in pairs]
        left_by_earlier_examples = [item_id for item_id in item_ids if item_id not in model]
        model |= zip(left_by_earlier_examples, _heads(world, left_by_earlier_examples), strict=True)
        receipt = world.anchor(signer, item_ids, [commitment for _, commitment in pairs])
        logs = world.logs(world.ledger, "Anchored", receipt)
        for log, (item_id, commitment) in zip(logs, pairs, strict=True):
            before, total = model.get(item_id, NO_HEAD), total + 1
            model[item_id] = Head(fold(before.head, commitment, world.address(signer), world.time(receipt)), before.count + 1)
            assert (log["itemId"], log["commitment"], log["signer"]) == (item_id, commitment, signer.address)
            assert (log["position"], log["seq"]) == (total, before.count + 1)
    assert _heads(world, list(model)) == list(model.values())
    assert world.ledger.functions.total().call() == total


def _heads(world, item_ids):
    return [Head.of_word(word) for word in world.ledger.functions.heads(item_ids).call()]
