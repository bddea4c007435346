"""An installation from a backup, and the proof that it is one: `python -m scripts.restore FILE`.

Start with `place` (what may be written where; nothing is ever overwritten), then `load` (all tables in one transaction), `keys` (what
opens their contents), `settle` (the chain to hold them against, and what was published since the backup), `prove` (every record against
the chain). The mirror is no part of a backup: `scripts.mirror.build` makes it from the chain. Must not be imported by the other packages.
"""
