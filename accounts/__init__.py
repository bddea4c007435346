"""Who may do what, and who did what: accounts, roles, sign-ins, API keys, the audit log.

Start with `roles` (one table says which role may do what), then `models` (the tables), `sessions` and `api_keys` (how a request
becomes a caller), `sign_in` with `throttle`, `wallet` and `oidc` (how somebody shows who they are), `audit` (every write and every
sign-in, hash-chained). A person or a machine acts through an account; what it writes to the ledger is signed by the account's signer.
Nothing here commits, and nothing here answers HTTP. Must not import quality, analytics, api or scripts.
"""
