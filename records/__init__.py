"""What people wrote: captured events, their secrets, and the queue that carries them to the chain.

Start with `models` (the tables), then `capture` (how an event becomes a record), `publish` (how a record becomes an
anchor, exactly once), `queries` (everything that is read). `database` opens SQLite or PostgreSQL, `migrations` shapes it.
These tables can never be rebuilt from the chain, so they live apart from the mirror in `indexer` (decision 1).
Nothing here commits: the edge (a request, a job loop, a script) does, and each `step` is one bounded transaction.
Must not import indexer, quality, analytics, api or scripts.
"""
