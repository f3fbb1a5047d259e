"""PostgreSQL: over one warm connection, read-only, each way of looking with its own short deadline."""
