"""Where a thing came from and where it went: walks over the genealogy (`records.genealogy`), and what they found, with verdicts.

`walk` goes from thing to event to thing, level by level, by what `read` gives and `rules` follow; `steps` opens the events' records for
what they say; `answer` is what everybody is given. `findings` says which of the records contradict
each other; `custody` holds what was shipped against what was received. Nothing here writes.
"""
