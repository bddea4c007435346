"""`python -m bench.indexer`: print the figures as JSON lines; exit 1 when a target was missed."""

from __future__ import annotations

import json
import sys

from bench.indexer import figures

missed = False
for figure in figures():
    missed |= not figure.reached
    line = {"name": figure.name, "value": round(figure.value, 3), "unit": "ratio", "target": figure.target, "ok": figure.reached}
    print(json.dumps(line | {"ours": figure.ours, "peer": figure.peer}), flush=True)
sys.exit(missed)
