"""Docker: containers are restarted, each known by its id and by when it was started."""
