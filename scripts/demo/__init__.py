"""A generated, believable consortium: pasteurised fresh milk, four companies, sixty days.

`history` is a pure function of its start date, its length and its seed: no clock, no files, no network. Every
company, place and code in it is invented; check digits and formats are right all the same.

Start reading at `story.py` (what happens on which day), then follow the milk: `farm`, `carrier`, `plant`, `filling`, `packing`,
`retailer`, `shops`. `companies` and `products` are data; `identifiers`, `events` and `diary` are the tools they write with.
`load` drives a history into a running system with functions that the caller injects; it must not import `api`.
"""

from scripts.demo.diary import Entry
from scripts.demo.showcases import Showcase, showcase
from scripts.demo.story import history

__all__ = ["Entry", "Showcase", "history", "showcase"]
