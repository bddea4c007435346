"""The consortium in the console: `council` (what is proposed, who approved), `page` (members, keys, what happened)."""
