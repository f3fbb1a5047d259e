"""Circuit breakers: reset over the service's own administrative address."""
