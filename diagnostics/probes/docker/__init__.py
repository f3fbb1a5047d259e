"""Docker: how containers are, what they use, what their logs say. Only GET requests are made."""
