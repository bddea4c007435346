"""The served installation, and browsers that are signed in."""

from tests.api.served import installation, server
from tests.console.signed_in import as_role

__all__ = ["as_role", "installation", "server"]
