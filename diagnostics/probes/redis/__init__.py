"""Redis: memory, clients, slow commands, persistence and replication, over one warm connection."""
