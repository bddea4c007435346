"""Queries about recorded events: `run` answers one, `index` keeps the terms by which it finds events without reading all of them.

Payloads are sealed, so what is kept of them is keyed hashes of their terms (`hashing`), filled after capturing by the job `keep`. The
newest records are not in the index yet; a query reads those directly. `candidates` narrows by SQL to events that may match, and
`ledger_client.epcis.query.matches` decides on each, as the asker may see it. `settled` says up to where no record can appear any more.
"""
