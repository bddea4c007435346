"""Capture by hand: a form for each common step, and from a form's values to one EPCIS 2.0 event.

Start with `steps`, the table of all forms. Values go `read` (judged, in the reader's words) → `event` (pure) →
`records.capture.store_event`, as those of POST /events do. `lines` judges scanned codes, `places` knows places by name;
`choose`, `form` (with `scanned`) and `saved` are the pages. A richer form engine will take the place of this package.
"""
