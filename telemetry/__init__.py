"""What every process says of itself: logs that hold no secret and no payload, and figures for Prometheus.

Start with `fields` (the one list of what a log line may hold), then `logs` (how a line is written) and `metrics` (what is counted).
All processes use it, so it stands low: it knows no SQL and no web, and must import nothing of ours but ledger_client.
"""
