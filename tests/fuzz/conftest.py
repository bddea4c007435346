"""One server for all that is asked."""

from tests.fuzz.fuzzed import fuzzed
from tests.postgres import postgres_server

__all__ = ["fuzzed", "postgres_server"]
