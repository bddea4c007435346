"""What happened: EPCIS 2.0 events in JSON, read, judged, normalised and named.

In the order of use: `document.read` (bytes to events), `schema.problems` (what is wrong), `event_hash.event_id` (the CBV hash ID),
`normalise.normalise` (the form that is stored and committed), `items.items` (which items it speaks of). Spec section 3.
"""
