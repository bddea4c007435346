"""The pages of recall cases: /console/recalls.

`form` asks what is suspected and shows what it finds, `typed` reads that form, `known` offers names instead of codes; `case` is the page of
a case (`lines` its accounting, `journal` what happened in it), `units` the list behind it with the forms that account for it and close it.
"""
