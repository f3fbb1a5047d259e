"""The practice workspace's page: everything a person sees, drawn on the server by pure functions."""
