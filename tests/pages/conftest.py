"""The served installation and a real browser, for the tests of the pages."""

from tests.api.served import installation, server
from tests.pages.browser import browser, visit

__all__ = ["browser", "installation", "server", "visit"]
