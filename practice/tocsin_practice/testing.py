"""The pytest plugin: a running practice workspace, and people to drive."""
