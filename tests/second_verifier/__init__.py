"""A second verifier of proof bundles, written from docs/bundle.md and docs/event-hash.md alone, as a stranger would write it.

Plain Python, the standard library and a Keccak-256; it imports nothing of this project and reads nothing of it but the published
contracts (`ledger_client/artifacts/*.json`, as the guide says). `tests/proof/test_second_verifier.py` holds it against ours. Where the
two differ, one of them is wrong or the guide is unclear: mend that, never by copying code from one to the other.
"""
