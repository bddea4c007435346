"""The sentinel: re-hashes every stored record against the chain, round after round, and says what is altered, missing or added.

Start with `rounds.step` (one bounded piece of a round, its place kept in SQL), then its phases: `records` (contents, clear columns,
items, queue, `genealogy`), `transactions`, `anchors` (the mirror row by row and head by head against the live chain, and the chain
against the records), `members`, `captures` (documents and their results), `receipts` (erasures and seals), `row_seals` (coding rules,
orders and what else people made). Each phase compares in bulk; what does not agree is read again and explained. `protected` says as data
which columns are covered and how a change of each shows. `findings` keeps what was found, `notices` tells it by mail and webhook.
Must not import quality, analytics, api, scripts, or a web framework.
"""

PACE = 200.0  # rows a second, unless the operator wants another
