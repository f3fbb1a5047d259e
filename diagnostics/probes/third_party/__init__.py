"""A service of somebody else's: whether it answers, and what its status page says."""
