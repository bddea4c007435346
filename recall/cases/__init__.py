"""Recall cases: from a suspicion to all affected units, frozen, accounted for, closed; each act is an event on the case's own code.

`opening` begins a case and works its set out again; `affected` walks from the starts of a suspicion to the units and where they are now,
`members` says whose they are, `digest` is the hash of their list that the chain bears, `units` keeps them; `freezing` holds them all;
`accounting` sums what became of them; `closing` ends the case; `deadlines` are those of the law. Everybody else goes by the functions here.
"""

from recall.cases.listing import one, page_of
from recall.cases.notes import note
from recall.cases.units import Owned, units_by_owner

__all__ = ["Owned", "note", "one", "page_of", "units_by_owner"]
