"""Looking at systems, and saying what is wrong with them."""
