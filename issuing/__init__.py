"""Which codes a company gives its things: coding rules, orders of codes, what became of each code (SQL, migrated by `records`).

Start with `segments` (what a code is put together from), `schemes` (where it stands: SGTIN, SSCC …) and `definition` (a rule: both).
`composing`, `capacity` and `judging` say what a definition makes of a counter, for how long, and what speaks against it; none of
these knows SQL. `rules` keeps definitions as immutable versions, `orders` and `issue` make codes of them, `states` moves codes on,
`gate` is what capture asks before an event is stored. Imports nothing that comes after `sentinel`, and no web.
"""
