"""Kubernetes: one workload restarted, rolled back or scaled, its failing pods deleted."""
