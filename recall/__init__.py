"""What must not be shipped, and what is called back.

`holds` freezes a thing and releases it, each with an event on the chain; `related` finds the holds on what a thing cannot be moved without;
`gate` is what capture asks. It stands behind `issuing.gate`, which knows codes but not their history. `suspicion` goes from a suspicion to
the things with which a recall starts; `cases` are recalls from there to their end.
"""
