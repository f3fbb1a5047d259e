"""How many client sessions there are and how many there may be: the figures behind most others."""

from dataclasses import dataclass

from diagnostics.probe import SkippedError
from diagnostics.probes.postgres.session import Reading
from diagnostics.wording import counted, percent

# Parallel workers and background processes take no client slot. A session that is hidden from our role shows
# neither its kind nor its state, only its user and database; the replication launcher has no database.
SESSIONS = """
    SELECT *, clock_timestamp() AS moment, query = '<insufficient privilege>' AS hidden
      FROM pg_stat_activity
     WHERE pid <> pg_backend_pid()
       AND (backend_type = 'client backend'
            OR (backend_type IS NULL AND usesysid IS NOT NULL AND datid IS NOT NULL))
"""
CENSUS = f"""
SELECT count(*)::int AS clients,
       (count(*) FILTER (WHERE hidden))::int AS hidden,
       current_user::text AS role,
       current_setting('max_connections')::int AS slots,
       current_setting('superuser_reserved_connections')::int AS for_superusers,
       coalesce(current_setting('reserved_connections', true), '0')::int AS for_privileged
  FROM ({SESSIONS}) AS sessions
"""  # noqa: S608 -- made of constants


@dataclass(frozen=True, slots=True)
class Census:
    """Client sessions, ours left out, against the slots of the server.

    Attributes:
        clients: sessions of all roles.
        hidden: those of them whose state our role may not see.
        role: the role that we look as.
        slots: max_connections.
        reserved: those of them that ordinary roles cannot use.
    """

    clients: int
    hidden: int
    role: str
    slots: int
    reserved: int

    @property
    def usable(self) -> int:
        """The slots that ordinary roles may use."""
        return self.slots - self.reserved

    @property
    def taken(self) -> int:
        """The share of the usable slots that is taken, in percent; 100 or more means full."""
        return percent(self.clients, self.usable)


def unless_hidden(now: Census) -> None:
    """Where nothing was found: that says something only if all sessions could be seen.

    Raises:
        SkippedError: some could not.
    """
    if now.hidden:
        raise SkippedError(
            f'{counted(now.hidden, "session")} cannot be seen; GRANT pg_monitor TO "{now.role}"'
        )


async def census(read: Reading) -> Census:
    """Count the sessions now."""
    (row,) = await read(CENSUS)
    reserved = row["for_superusers"] + row["for_privileged"]
    return Census(row["clients"], row["hidden"], row["role"], row["slots"], reserved)
