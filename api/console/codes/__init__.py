"""Codes in the console: rules and their editor, orders and ranges, and the life of one code.

`draft` is the editor's form as values; `parts` says in words what several pages show. The rules themselves are in `issuing`.
"""
