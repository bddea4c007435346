"""The served installation, a real browser, and browsers that are signed in."""

from tests.api.served import installation, server
from tests.console.signed_in import as_role
from tests.pages.browser import browser, visit

__all__ = ["as_role", "browser", "installation", "server", "visit"]
