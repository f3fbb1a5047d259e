"""Slack, in and out: what people do there becomes requests, and what happened becomes messages."""
