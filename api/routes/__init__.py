"""One file a resource: parse, call one function, shape the answer.

JSON routes have stable operation ids and documented problems; `pages` serves the consumer's HTML.
"""
