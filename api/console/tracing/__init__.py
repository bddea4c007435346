"""The page that shows where a thing went or what it was made from: /console/trace.

`asked` reads what is asked for, `page` fills the page from an answer of `tracing`: the sentence and where it ends (`ending`), where goods
came to and what they were made from (`summary`), the picture for static/console/trace.js (`graph`), the flow diagram without a script
(`diagram`), the table of steps (`table`); `named` gives codes, amounts and verdicts their words; `paper` makes the PDF.
"""
