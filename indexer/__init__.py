"""The mirror: follows the chain into SQL, so that look-ups are fast and nothing on the chain is missed without notice.

Start with `follow.step` (one bounded piece of work), `span` (what is read), `check` (why it is believed), `rewind` (forks),
`run.turn` (one turn of the loop, with its visible state). `queries` is what everybody else reads; `audit` compares mirror and chain.
A mirror can be dropped and rebuilt from the chain, so its tables need no migration.
Must not import quality, analytics, api, scripts, or a web framework.
"""
