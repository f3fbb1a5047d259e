"""The domain of incident response: standard library only, and it knows nobody."""
