"""Measures the bot as its own process, in a practice workspace, on a real PostgreSQL: `python -m bench`."""
