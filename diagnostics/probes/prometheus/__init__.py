"""Prometheus: what a service's own metrics say of its errors, speed, traffic, pools, memory and alerts."""
