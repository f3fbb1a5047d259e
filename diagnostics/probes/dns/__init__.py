"""Names as resolvers answer them: missing, failing, late, or not the same everywhere."""
