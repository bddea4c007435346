"""The served installation, for the tests of the interface."""

from tests.api.served import installation, server

__all__ = ["installation", "server"]
