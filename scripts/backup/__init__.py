"""One consistent, dialect-neutral copy of an installation in one file, made while it runs: `python -m scripts.backup`.

Start with `manifest` (what a backup says of itself), then `archive` (the file: written whole or not at all, every byte covered by a hash),
`shape` and `snapshot` (all tables as of one moment, row by row), `keyfile` and `keys` (the data keys, which no backup holds), `chain` (the
embedded chain's journal) and `place` (which files belong).
`scripts.restore` reads it. docs/operating.md is the operator's view. Must not be imported by the other packages.
"""
