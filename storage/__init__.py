"""The record of all incidents in PostgreSQL: the ports of the domain, and a server of our own if need be."""
