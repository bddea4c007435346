"""The way in and out by HTTP: JSON interface, consumer pages, and what they share.

`app.create_app(settings)` reads top to bottom; `routes/` is the JSON interface, `pages/` the consumer page (`templates/`, `static/`).
`live` holds stored records against the chain with the one verifier of `ledger_client`; nothing is judged here.
`problems` is the only place that knows which error is which HTTP status. Documented in `docs/api.md`.
May import every package but `scripts`; nothing below imports this one.
"""
