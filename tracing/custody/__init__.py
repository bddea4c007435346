"""Whether what was shipped was received: goods by goods, as both ends of a transfer recorded it (docs/custody.md).

`handover` opens the events of both ends, `matching` pairs them, `listing` walks the newest of them, `ends` says where a trace has a gap,
`abroad` which destinations are no member's.
"""
