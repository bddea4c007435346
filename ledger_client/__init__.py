"""What any outsider can run: read, hash, commit, anchor, prove and verify, without our servers.

Start with `codes` (what is traced), `epcis` (what happened), `commitment` (what is anchored), `chain` (where),
`verify` (whether it holds). `docs/spec.md` has the rules; each module cites its section.
Must not import SQL, a web framework, or any other package of this project.
"""
