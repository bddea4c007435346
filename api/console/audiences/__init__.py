"""The console's pages about audiences: which property goes to whom (spec 9, docs/audiences.md).

`known` (what a member's newest events look like) feeds all of them: `matrix` (kinds × properties at a glance), `kind` (the form for one
kind of event), `preview` (an item's events under a draft, audience by audience), `versions` (who changed what, when and why).
"""
