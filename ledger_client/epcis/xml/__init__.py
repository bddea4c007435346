"""EPCIS in XML (1.0 to 1.2, and 2.0): read into the events that a JSON document of the same content gives.

In the order of use: `sniff` (whether it is XML), `parse` (bytes to a tree, for which nothing was fetched), `document.read` (the tree to a
`Document`), which uses `names` (namespaces to prefixes), `values` and `fields` (elements to JSON); `place` (where a fault is).
Start at `document`; docs/xml.md says what becomes of what.
"""
