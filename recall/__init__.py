"""What must not be shipped: holds on things, and the check at capture that keeps to them.

`holds` places and releases them, each with an event on the chain; `related` finds what a thing cannot be moved without; `gate` is what
capture asks. It stands behind `issuing.gate`, which knows codes but not their history.
"""
