"""Northwind's shop: a real PostgreSQL, a payments service in front of it, customers, and ways to break it."""
