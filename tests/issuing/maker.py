"""The process that `test_issue` kills: makes codes until no order is left.

python -m tests.issuing.maker DATABASE
"""

import sys
import time

from sqlalchemy import select

from issuing import issue
from issuing.models import CodeOrder, OrderState
from records.database import open_sessions
from tests.postgres import open_engine


def main(database):
    sessions = open_sessions(open_engine(database))
    sys.stdout.write("started\n")
    sys.stdout.flush()
    while True:
        with sessions.begin() as session:
            done = issue.step(session, 250)
        with sessions() as session:
            if not session.scalar(select(CodeOrder.id).where(CodeOrder.state == OrderState.RUNNING).limit(1)):
                return
        time.sleep(0 if done else 0.01)


if __name__ == "__main__":
    main(sys.argv[1])
