"""Stock in the console: places, the products at one, its lots with what to take first; what expires soon; what went out too early.

`frame` is what all of these pages begin with.
"""
