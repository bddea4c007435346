"""Pages of recall notices: those to one's own company (`inbox`), one of them with its answer (`one`), those of a case (`of_case`)."""
