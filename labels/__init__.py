"""Labels: symbols and texts placed on a sheet, drawn as PDF, ZPL, SVG or PNG.

Start with `label` (size, fields, what is refused), then `content` (what a label says of one code), `symbols` (QR, DataMatrix, Code 128,
Han Xin as modules) and `layout`, which puts the three together into a `Drawing`: black rectangles and lines of text in millimetres.
`svg`, `raster`, `zpl` and `pdf` write drawings down; `lettering` knows the one font that all of them use. Pure: no SQL, no web;
imports `ledger_client` only.
"""
