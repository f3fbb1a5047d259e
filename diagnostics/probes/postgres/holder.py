"""What holds the oldest snapshot of this database: VACUUM keeps every row that died after it."""

from dataclasses import dataclass
from enum import StrEnum

from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration

# A transaction that only reads, idle at READ COMMITTED, holds nothing and is not listed. VACUUM itself does
# not count, nor do sessions of other databases; a standby and a slot count for all.
HOLDERS = """
SELECT CASE WHEN backend_type = 'walsender' THEN 'standby' ELSE 'session' END AS kind,
       coalesce(nullif(application_name, ''), backend_type, 'an application without a name') AS name,
       pid, coalesce(state, '') AS state,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds,
       greatest(age(backend_xid), age(backend_xmin)) AS transactions
  FROM pg_stat_activity AS a
 WHERE pid <> pg_backend_pid() AND coalesce(backend_xid, backend_xmin) IS NOT NULL
   AND (datname = current_database() OR backend_type = 'walsender')
   AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum AS v WHERE v.pid = a.pid)
 UNION ALL
SELECT 'prepared', gid, 0, 'prepared', extract(epoch FROM clock_timestamp() - prepared)::float8,
       age(transaction)
  FROM pg_prepared_xacts WHERE database = current_database()
 UNION ALL
SELECT 'slot', slot_name::text, coalesce(active_pid, 0), CASE WHEN active THEN 'read' ELSE 'unread' END,
       NULL, age(xmin)
  FROM pg_replication_slots WHERE xmin IS NOT NULL
 ORDER BY 6 DESC LIMIT 10
"""


class Kind(StrEnum):
    """What can hold a snapshot."""

    SESSION = "session"
    PREPARED = "prepared"
    STANDBY = "standby"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who or what holds the oldest snapshot.

    Attributes:
        state: of a session as pg_stat_activity says it; whether a slot is read.
        seconds: since its transaction began; None where that is not told.
        transactions: begun since.
    """

    kind: Kind
    name: str
    pid: int
    state: str
    seconds: float | None
    transactions: int

    @property
    def said(self) -> str:
        """Within a sentence."""
        since = "" if self.seconds is None else f", open for {duration(self.seconds)}"
        match self.kind:
            case Kind.SESSION:
                return f"{self.name} (process {self.pid}, {self.state or 'state unknown'}){since}"
            case Kind.PREPARED:
                return f"the prepared transaction {self.name}{since}"
            case Kind.STANDBY:
                return f"a query on the standby {self.name}, {self._behind}"
            case Kind.SLOT:
                return f"the replication slot {self.name} ({self.state}), {self._behind}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        match self.kind:
            case Kind.SESSION if self.state.startswith("idle"):
                return f"End that session, which does nothing: `SELECT pg_terminate_backend({self.pid})`."
            case Kind.SESSION:
                return f"Ask its owner, then cancel it: SELECT pg_cancel_backend({self.pid});"
            case Kind.PREPARED:
                return "Ask its owner, then COMMIT PREPARED or ROLLBACK PREPARED it by its name."
            case Kind.STANDBY:
                return "End the long query on the standby; it holds the primary by hot_standby_feedback."
            case Kind.SLOT:
                return "Bring the slot's reader back; dropping the slot means to build the reader anew."

    @property
    def _behind(self) -> str:
        return f"{counted(self.transactions, 'transaction')} behind"


def holder_of(rows: list[Row], limits: Limits) -> Holder | None:
    """Whoever holds the oldest snapshot, if it is an old one; None if nobody does for long.

    Args:
        rows: what HOLDERS lists, the oldest first.
        limits: from when on that is long: `transaction_warn` where its seconds are told.
    """
    for row in rows:
        seconds, transactions = row["seconds"], row["transactions"] or 0
        told = seconds is not None and seconds >= limits.transaction_warn
        if told or transactions >= limits.held_transactions:
            return Holder(Kind(row["kind"]), row["name"], row["pid"], row["state"], seconds, transactions)
    return None
