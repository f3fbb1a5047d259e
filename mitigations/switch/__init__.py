"""Switches over HTTP: a feature turned off, a fallback taken, as the operator wrote it down."""
