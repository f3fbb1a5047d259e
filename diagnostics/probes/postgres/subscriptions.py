"""Subscriptions to tables of another server: whether what is written there still arrives here."""

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.session import Reading, Row
from diagnostics.wording import counted
from incidents.evidence import Figure, Finding, Health

COUNTS_ERRORS = 15  # the version from which on errors are counted
SUBSCRIBED = """
SELECT subname::text AS name, subenabled AS enabled, subdisableonerr AS stops,
       EXISTS (SELECT FROM pg_stat_subscription AS worker
                WHERE worker.subid = s.oid AND worker.relid IS NULL AND worker.pid IS NOT NULL) AS works,
       coalesce((SELECT apply_error_count + sync_error_count FROM pg_stat_subscription_stats AS counted
                  WHERE counted.subid = s.oid), 0)::int AS errors
  FROM pg_subscription AS s
 WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY 5 DESC, 1 LIMIT 50
"""
STOPPED = "What is written there no longer arrives here, and the other server keeps its log for it."
READ_LOG = (
    "Read this server's log: it names the row and the reason (a key that is taken, a table or column that is "
    "missing). Put that right, or skip the transaction: ALTER SUBSCRIPTION ... SKIP (lsn = ...)."
)


async def subscribed(read: Reading, version: int) -> list[Row]:
    """The subscriptions of this database; none where the server does not count their errors."""
    return await read(SUBSCRIBED) if version >= COUNTS_ERRORS else []


def subscriptions(target: str, probe: str, rows: list[Row]) -> Finding:
    """The finding about them, those that stand still first. One that somebody switched off is meant so."""
    still = [row for row in rows if _still(row)]
    return Finding(
        code=Code.SUBSCRIPTIONS,
        probe=probe,
        target=target,
        health=Health.WARN if still else Health.OK,
        sentence=_sentence(still, len(rows)),
        figures=(
            Figure("subscriptions", len(rows)),
            Figure("stopped", len(still)),
            Figure("errors", sum(row["errors"] for row in rows)),
        ),
        meaning=STOPPED if still else "",
        next_step=READ_LOG if still else "",
    )


def _still(row: Row) -> bool:
    if row["enabled"]:
        return not row["works"]
    return bool(row["stops"] and row["errors"])


def _sentence(still: list[Row], every: int) -> str:
    if not still:
        return f"{counted(every, 'subscription')} of this database; none stands still by an error."
    first, more = still[0], len(still) - 1
    others = f"; so {'does' if more == 1 else 'do'} {counted(more, 'other')}" if more else ""
    failed = (
        f" after {counted(first['errors'], 'error')}"
        if first["errors"]
        else ", since its worker does not run"
    )
    return f"The subscription {first['name']} stands still{failed}{others}."
