"""The compiled contracts, as data; made by `scripts/compile.py`, read by `ledger_client.contracts`."""
