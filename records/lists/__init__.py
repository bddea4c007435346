"""Lists for people, newest first: of events, items, anchorings and captures, paged by key, without counting and without payloads.

`paging` turns any query into a page; each list is a file of its own. Every filter stands on an index of migration 0004, or narrows what
stands on one, so that a page of a million rows costs what a page of a hundred costs. Reads only.
"""
