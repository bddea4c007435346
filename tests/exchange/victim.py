"""The process that a test kills in the middle of a delivery: `python -m tests.exchange.victim DATABASE`."""

import sys

from exchange import deliver
from records.database import open_sessions
from tests.exchange.receiver import LOOPBACK
from tests.postgres import open_engine

if __name__ == "__main__":
    with open_sessions(open_engine(sys.argv[1])).begin() as session:
        deliver.step(session, LOOPBACK, 30)
