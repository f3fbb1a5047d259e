"""A reverse proxy or load balancer by its own log: whom it serves, whom it fails, and whose fault that is."""
