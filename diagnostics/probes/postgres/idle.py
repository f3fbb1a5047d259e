"""Sessions that do nothing: idle in a transaction (a leak) is told apart from idle in a pool (health)."""

from dataclasses import dataclass

from diagnostics.probes.postgres.census import SESSIONS, Census, census, unless_hidden
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.sqltext import shape
from diagnostics.wording import counted, duration, percent
from incidents.evidence import Figure, Finding, Health

IN_TRANSACTION = "pg.idle_in_txn"
OLD_BUSY = "pg.leak_age"
OLD_IDLE = "pg.idle_old"
GROUPS = f"""
SELECT coalesce(nullif(application_name, ''), 'an application without a name') AS application,
       coalesce(usename::text, '') AS role, coalesce(host(client_addr), 'local') AS address,
       count(*)::int AS sessions,
       (count(*) FILTER (WHERE moment - state_change >= make_interval(secs => $1::float8)))::int AS settled,
       extract(epoch FROM max(moment - state_change))::float8 AS idle,
       extract(epoch FROM max(moment - xact_start))::float8 AS transaction,
       (array_agg(left(query, 600) ORDER BY state_change))[1] AS statement,
       (array_agg(pid::text || ' ' || backend_start::text ORDER BY state_change))[1:50] AS identities
  FROM ({SESSIONS}) AS sessions
 WHERE state LIKE 'idle in transaction%' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 6 DESC LIMIT 50
"""  # noqa: S608 -- made of constants
HELD = f"""
SELECT count(*)::int AS sessions, extract(epoch FROM max(moment - backend_start))::float8 AS oldest
  FROM ({SESSIONS}) AS sessions
 WHERE (state LIKE 'idle in transaction%' OR state = 'active')
   AND moment - greatest(backend_start, xact_start) >= make_interval(secs => $1::float8)
"""  # noqa: S608 -- made of constants
RESTING = f"""
SELECT count(*)::int AS sessions, extract(epoch FROM max(moment - state_change))::float8 AS oldest
  FROM ({SESSIONS}) AS sessions
 WHERE state = 'idle' AND moment - state_change >= make_interval(secs => $1::float8)
"""  # noqa: S608 -- made of constants


@dataclass(frozen=True, slots=True)
class Leak:
    """Sessions idle in a transaction, summed over their applications."""

    sessions: int
    settled: int
    oldest: float
    application: str
    of_application: int
    statement: str


async def idle_in_transaction(means: Means) -> tuple[Finding, ...]:
    """Who left transactions open and walked away."""
    async with means.session.reading(IN_TRANSACTION) as read:
        now = await census(read)
        rows = await read(GROUPS, means.limits.idle_in_transaction_settled)
    return (left_open(means.target, now, rows, means.limits),)


def left_open(target: str, now: Census, rows: list[Row], limits: Limits) -> Finding:
    """The finding about transactions left open; ill by number for a time, by age, or by share."""
    if not rows:
        return _none(target, now)
    leak = _summed(rows)
    health = _health(now, leak, limits)
    ill = health is not Health.OK
    return Finding(
        code=Code.IDLE_IN_TRANSACTION,
        probe=IN_TRANSACTION,
        target=target,
        health=health,
        sentence=f"{counted(leak.sessions, 'session')} of {now.clients} "
        f"{'sits' if leak.sessions == 1 else 'sit'} idle in a transaction, "
        f"{'' if leak.sessions == 1 else 'the oldest '}for {duration(leak.oldest)}, "
        f"{'' if leak.of_application == leak.sessions else str(leak.of_application) + ' of them '}"
        f"from {leak.application}.",
        figures=(
            Figure("idle in transaction", leak.sessions),
            Figure("share", percent(leak.sessions, now.clients), "%"),
            Figure("settled", leak.settled),
            Figure("oldest", round(leak.oldest, 3), "s"),
            Figure("application", leak.application),
            Figure("application share", percent(leak.of_application, leak.sessions), "%"),
            Figure("last statement", leak.statement),
        ),
        meaning="Each holds a connection and its locks and does nothing: code that does not end its work."
        if ill
        else "",
        next_step=f"Restart {leak.application} or roll it back; then set idle_in_transaction_session_timeout."
        if ill
        else "",
        table=_table(rows),
    )


def _none(target: str, now: Census) -> Finding:
    blind = now.hidden > 0
    unknown = (
        f"Whether transactions were left open is unknown: {counted(now.hidden, 'session')} cannot be seen."
    )
    return Finding(
        code=Code.IDLE_IN_TRANSACTION,
        probe=IN_TRANSACTION,
        target=target,
        health=Health.UNKNOWN if blind else Health.OK,
        sentence=unknown if blind else "No session sits idle in a transaction.",
        figures=(
            Figure("idle in transaction", None if blind else 0),
            Figure("share", None if blind else 0, "%"),
        ),
        next_step=f'As a superuser: `GRANT pg_monitor TO "{now.role}"`.' if blind else "",
    )


def _summed(rows: list[Row]) -> Leak:
    by_application: dict[str, int] = {}
    for row in rows:
        by_application[row["application"]] = by_application.get(row["application"], 0) + row["sessions"]
    application, sessions = max(by_application.items(), key=lambda pair: pair[1])
    oldest = max(rows, key=lambda row: row["idle"] or 0)
    return Leak(
        sessions=sum(by_application.values()),
        settled=sum(row["settled"] for row in rows),
        oldest=oldest["idle"] or 0.0,
        application=application,
        of_application=sessions,
        statement=shape(oldest["statement"] or ""),
    )


def _health(now: Census, leak: Leak, limits: Limits) -> Health:
    share = percent(leak.sessions, now.clients)
    if leak.oldest >= limits.idle_in_transaction_critical or (
        share >= limits.leak_share and now.taken >= limits.slots_warn
    ):
        return Health.CRITICAL
    many = leak.settled >= limits.idle_in_transaction_count
    return Health.WARN if many or leak.oldest >= limits.idle_in_transaction_warn else Health.OK


def _table(rows: list[Row]) -> tuple[tuple[str, ...], ...]:
    heading = (
        "application",
        "role",
        "address",
        "sessions",
        "idle for",
        "last statement",
        "oldest (pid, since)",
    )
    return (
        heading,
        *(
            (
                row["application"],
                row["role"],
                row["address"],
                str(row["sessions"]),
                duration(row["idle"] or 0),
                shape(row["statement"] or "", 80),
                "; ".join(row["identities"][:3]),
            )
            for row in rows
        ),
    )


async def old_busy(means: Means) -> tuple[Finding, ...]:
    """Connections that were taken long ago and never came to rest since."""
    async with means.session.reading(OLD_BUSY) as read:
        now = await census(read)
        (row,) = await read(HELD, means.limits.old_busy)
    after = duration(means.limits.old_busy)
    if not row["sessions"]:
        unless_hidden(now)
        return (
            _plain(means.target, OLD_BUSY, Code.OLD_BUSY, f"No connection has been busy for over {after}."),
        )
    share = percent(row["sessions"], now.clients)
    ill = share > means.limits.leak_share
    sentence = (
        f"{counted(row['sessions'], 'connection')} ({share} %) busy with one transaction for over {after}."
    )
    return (
        Finding(
            code=Code.OLD_BUSY,
            probe=OLD_BUSY,
            target=means.target,
            health=Health.WARN if ill else Health.OK,
            sentence=sentence,
            figures=(Figure("sessions", row["sessions"]), Figure("share", share, "%")),
            meaning="Most connections were taken and not given back: a leak, or work that never ends."
            if ill
            else "",
            next_step="Compare their applications with what was deployed last." if ill else "",
        ),
    )


async def old_idle(means: Means) -> tuple[Finding, ...]:
    """Pool members at rest. That is how a pool waits, so it is never held against anyone."""
    async with means.session.reading(OLD_IDLE) as read:
        now = await census(read)
        (row,) = await read(RESTING, means.limits.old_idle)
    unless_hidden(now)
    after = duration(means.limits.old_idle)
    return (
        _plain(
            means.target,
            OLD_IDLE,
            Code.OLD_IDLE,
            f"{counted(row['sessions'], 'connection')} at rest in a pool for over {after}, which is normal."
            if row["sessions"]
            else f"No connection has been at rest for over {after}.",
            row["sessions"],
        ),
    )


def _plain(target: str, probe: str, code: Code, sentence: str, sessions: int = 0) -> Finding:
    return Finding(code, probe, target, Health.OK, sentence, (Figure("sessions", sessions),))
