"""How well a recall or a drill went: `figures` counts it from the rows of its case, `score` gives points for the figures.

Both end up in the event that closes the case, so that a certificate (`recall.certificate`) only repeats what the chain proves.
"""
