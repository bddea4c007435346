"""The served installation, for the tests of the pages."""

from tests.api.served import installation, server

__all__ = ["installation", "server"]
