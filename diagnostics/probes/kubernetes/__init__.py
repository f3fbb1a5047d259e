"""Kubernetes: pods, warnings, use against limits and rollouts of one service, read through the API alone."""
