"""A circuit breaker's own word about itself, from its service's admin address."""
