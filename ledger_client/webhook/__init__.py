"""Messages that go out by HTTP POST: how they are signed and checked (`signature`), where they may go (`destination`), `post` sends one.

A receiver needs `signature.genuine` only. Everything that this system sends to an address that somebody gave it goes through `post`.
"""
