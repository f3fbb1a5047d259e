"""Messages, drawn purely: domain objects in, blocks out."""
