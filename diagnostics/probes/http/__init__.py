"""HTTP health: alive, ready, the front page, and which part of the service says that it has failed."""
