"""One behaviour, many rewards that explain it."""
