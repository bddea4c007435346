"""Who took part in which event: the rows that traces are walked over.

`draw` writes them in the transaction that stores the records, `fill` those of records that were there before or came from a backup,
`forget` takes them away with an erased record. `ledger_client.genealogy` says what they are; `tracing` walks them.
"""
