"""What it would cost to have every fault of an event listed.

The validator lists faults all at once, each with a copy of the object it is in. An object with very many wrong names thus
costs the square of its size: a small hostile event could fill the memory.
"""

from __future__ import annotations

from ledger_client.epcis.json_value import Json


def cost(content: Json) -> int:
    """An upper bound of the values copied: all values, times the most names in one object that could be wrong."""
    values, worst = 0, 2  # the rules about the event as a whole copy it, too
    level = [content]
    while level:
        values += len(level)
        worst = max([worst, *(sum(map(_doubtful, entry)) for entry in level if isinstance(entry, dict))])
        level = [child for entry in level for child in _children(entry)]
    return values * worst


def _doubtful(name: str) -> bool:
    return ":" not in name or not name.isascii()


def _children(content: Json) -> list[Json]:
    if isinstance(content, dict):
        return list(content.values())
    return content if isinstance(content, list) else []
