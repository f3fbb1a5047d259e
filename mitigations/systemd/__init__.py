"""systemd: units of a machine restarted over its system bus, reached through ssh without a shell."""
