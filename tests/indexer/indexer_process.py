"""The indexer as a program of its own, to be killed: `python indexer_process.py URL DEPLOYMENT-FILE DATABASE`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from indexer.memory import Memory
from indexer.reader import Reader
from indexer.run import turn
from ledger_client.chain import Chain
from ledger_client.deployment import load
from records.database import open_engine, open_sessions

if __name__ == "__main__":
    url, deployment, database = sys.argv[1:]
    chain, sessions = Chain(url, load(Path(deployment))), open_sessions(open_engine(database))
    memory = Memory(reader=Reader(ahead=chain, far=0))
    while True:
        time.sleep(turn(sessions, chain, memory))
