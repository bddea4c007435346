"""Stock: how much of which lot lies where, until when it keeps, and what to take first (docs/stock.md).

`touched` finds the lots of which a new event, a correction or an erasure speaks; `walk` goes through the whole history of each, as
`tracing.whereabouts` tells it, and writes its stays anew. So what arrives late, or is taken back, is right by construction, and the tables
(`models`) can be emptied at any time. `lots`, `picks` and `violations` read them, for whoever may see all that a sum rests on (`seen`);
`overtaking` marks what
`violations` lists, `items` finds the single items behind a number.
"""
