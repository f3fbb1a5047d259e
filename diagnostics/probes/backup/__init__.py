"""Backups: how old the last good one is, as the job that makes them reports it."""
