"""From a suspicion to the things with which a recall starts.

`asked` is what somebody suspects: lots, a supplier, a machine, a place, a time, an operator, readings out of limits. `questions` turns it
into EPCIS queries, `readings` judges single sensor reports, `starts` runs the queries and says which things are affected from when on.
"""
