"""The consumer's pages: one frozen dataclass each, filled here, rendered by the template of the same name.

Start with `page` (what a page holds), then `facts` (where it comes from: a proof bundle and its verdict, or stored rows while the node
is down), `journey` (facts -> timeline), `item` (the whole page). Words are data: `texts.json` and `terms.json`, read by `words`.
"""
