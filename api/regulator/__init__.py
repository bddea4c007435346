"""What a regulator or an auditor is shown: a bundle examined step by step, and the same as a signed PDF to keep.

`examined` puts bundle and verdict into words; `drawing` makes a PDF of it, with the bundle and the statement attached; `signing` signs
it. The page is drawn by `api.routes.regulator`, from the same words. `ledger_client.report` reads a report and checks it.
Nothing is judged here: every verdict is the one verifier's.
"""
