"""Circuit breakers: reset, forced open or enabled over the service's own administrative address."""
