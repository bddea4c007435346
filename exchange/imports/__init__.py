"""Rows of a table (CSV, Excel) in, as EPCIS events: by a mapping that is saved, tried before it is used, and told row by row.

Start with `mapping` (which column says what). `files` reads a file into rows of text, `csv_files` and `excel` its two kinds; `values`
reads single cells, `event` makes one event of its rows, `rows` all events of a table. None of these knows SQL. `mappings` keeps mappings
as immutable versions, `jobs` tries an import or hands its events to `records.capture`, `report` tells what became of each row.
"""
