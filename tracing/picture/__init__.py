"""A trace as a drawing that stays legible, without words: `collapse` puts what is alike into boxes (`groups`), what became of what into
`flows`, from where to where it went into `ways`; `overview` lays the coarsest picture out as columns and bands. `shapes` is what is drawn.

Pure: from an answer (`tracing.answer`) to values; the console gives them words, and its script or a template draws them.
"""
