"""The process that `test_kill` kills: accepts documents, captures and publishes, as the system's own loops do.

python -m tests.records.victim DATABASE NODE DEPLOYMENT KEY FIRST DOCUMENTS
Accepts documents number FIRST … of 60 events each; says "accepted <job>" once a document is committed, and ends when nothing is left to do.
"""

import json
import sys
import time
from pathlib import Path

from eth_account import Account

from ledger_client.chain import Chain
from ledger_client.deployment import load
from ledger_client.errors import Retryable
from records import capture, publish, queries
from records.database import open_sessions
from records.policy import Policy
from tests.postgres import open_engine
from tests.records.documents import CONTEXT, event

POLICY = Policy(batch=50, in_flight=4, signed_per_step=2, resend_after=0.5)


def body(number):
    events = [event(number * 60 + place) for place in range(60)]
    content = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-09-01T06:10:00+08:00"}
    return json.dumps({**content, "epcisBody": {"eventList": events}}).encode()


def main(database, node, deployment, key, first, documents):
    chain, account = Chain(node, load(Path(deployment))), Account.from_key(bytes.fromhex(key))
    signer = bytes.fromhex(account.address[2:])
    sessions = open_sessions(open_engine(database))
    say("started")
    todo = list(range(int(first), int(first) + int(documents)))
    while True:
        if todo:
            number = todo.pop(0)
            with sessions.begin() as session:
                job = capture.accept(session, signer, body(number), ("rollback", "proceed")[number % 2]).id
            say(f"accepted {job}")
        if work(sessions, chain, account) or todo:
            continue
        with sessions() as session:
            left = queries.queue(session)
        if not (left.waiting or left.underway or left.captures):
            return
        time.sleep(0.01)


def work(sessions, chain, account):
    done = 0
    try:
        with sessions.begin() as session:
            done += capture.step(session, 25)
        with sessions.begin() as session:
            done += publish.step(session, chain, account, POLICY)
    except Retryable:
        return 1
    return done


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
