"""A mail server that is talked to as a sender would, without ever sending."""
