"""What operators run. Nothing imports this package.

`up` brings the whole system up, `demo` the same with a consortium and 60 days of milk; `deploy`, `members` and `keys` manage the
ledger; `run` is one background job; `node` is the embedded chain. Everything an installation owns lies in one folder: see `home`.
"""
