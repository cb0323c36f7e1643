"""Forms of the management pages: they validate shape and words; actions decide."""
