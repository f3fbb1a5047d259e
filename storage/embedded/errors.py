"""What can go wrong with a PostgreSQL of our own, said so that a person can act on it."""


class DatabaseError(Exception):
    """The database of this machine cannot be found, made, started or reached; the text says what to do."""
