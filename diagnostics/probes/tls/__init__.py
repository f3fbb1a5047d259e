"""Certificates of a TLS port: how long they last, whose they are, and whether they are trusted."""
