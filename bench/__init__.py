"""Measures; never asserts. `make bench` runs every module here and writes docs/performance.md.

Each figure is a ratio against a limit or a peer in the same run, because one machine's seconds mean nothing on another.
"""
