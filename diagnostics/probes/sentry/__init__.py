"""Sentry: errors that were never seen before, and the release that brought them."""
