"""Forms, drawn purely: domain objects in, views out."""
