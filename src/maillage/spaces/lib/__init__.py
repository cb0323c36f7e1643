"""Words that a space starts from."""
