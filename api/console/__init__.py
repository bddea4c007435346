"""The console: the pages on which staff, quality managers, auditors and operators work, under /console.

Start with `navigation` (every page there is), then `visit` (how a request becomes a page), then any page, such as `items` with
`routes/items` and `templates/console/items.html`. Pure: a page is a frozen dataclass that is its template's whole context.

To add a page `things`:
1. `api/console/things.py`: the dataclass `ThingsPage` (`template: ClassVar[str] = "console/things.html"`, first field `frame: Frame`)
   and the function that fills it from values. Building blocks (moments, digests, badges, pagers) are in `shown`.
2. `api/console/routes/things.py`: a `router` with one handler that depends on `visiting(Right.X)`, reads, and answers
   `visit.show(page)`; name its module in `routes/__init__.py`. A form posts to the server and is answered with
   `visit.go(path, done="things.done.saved")`; what is refused raises InvalidInput, or `Refilled` with the form as it was typed.
   `allowed` writes the audit entry: say what with `visit.acting.note`.
3. `templates/console/things.html`: extends `console/_layout.html`, imports `console/_macros.html`. It computes nothing, has no inline
   style or script, and works without JavaScript: forms and pagers with `{{ live() }}` let htmx exchange only the element `#list`.
4. `api/console/texts/things.json`: every text as `things.…` in zh and en. One file an area, so that two people never edit one file.
5. One line in `navigation.PAGES`, if it stands in the menu; new icons are files in `static/vendor/icons/`.
6. A sample in `tests/console/samples/`: tests render it in both languages and find texts, icons, labels and headings that are amiss.
Must not import scripts.
"""
