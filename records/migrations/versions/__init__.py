"""One file per change of shape, in the order of their numbers."""
