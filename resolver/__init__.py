"""Where an item's code leads: the links that members set, and which of them answers a request (SQL, migrated by `records`).

The rules are those of the GS1-Conformant Resolver standard, release 1.2 (ref.gs1.org/standards/resolver), and RFC 9264 for linksets.
`types` is the table of link types, `pattern` what a link is set for, `target` what may be linked to; `links` keeps the links, `owning`
says whose an item is. `choosing` picks what answers a request, `linkset` writes links down; neither knows SQL. Imports nothing that
comes after `issuing`, and no web.
"""
