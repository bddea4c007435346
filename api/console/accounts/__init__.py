"""The console's pages about accounts: for operators all of them with keys and sessions, for everybody their own.

`parts` (what keys, sessions and accounts look like in a list) feeds all: `lists` (accounts, keys, sessions), `new` (the form), `one` (an
account, to an operator), `own` (one's own), `made` (a password or a key, shown once).
"""
