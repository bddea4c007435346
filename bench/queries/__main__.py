"""`python -m bench.queries [EVENTS]`: the figures and plans of the queries alone, over a million events or fewer."""

from __future__ import annotations

import sys
from datetime import date

from bench.queries import EVENTS, figures

for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS):
    print(figure.row(date.today()), flush=True)
