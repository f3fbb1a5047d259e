"""Who holds the connections: by state, against the slots, and against the limits of roles."""

from diagnostics.probes.postgres.census import SESSIONS, Census, census
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, listed, percent
from incidents.evidence import Figure, Finding, Health

BY_STATE = "pg.activity_by_state"
POOL = "pg.pool_utilisation"
STATES = f"""
SELECT CASE WHEN hidden THEN 'hidden' ELSE coalesce(state, 'unknown') END AS state,
       coalesce(wait_event_type, '') AS waits_for, coalesce(wait_event, '') AS event,
       count(*)::int AS sessions
  FROM ({SESSIONS}) AS sessions
 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1 LIMIT 50
"""  # noqa: S608 -- made of constants
STATED = ("active", "idle", "idle in transaction")  # counted also where there are none
FULL = 100  # percent
SYNCHRONOUS = "SyncRep"  # the wait of a commit for a synchronous standby
# The server counts ours as well.
LIMITED_HERE = """
SELECT datname::text AS name, datconnlimit AS allowed,
       (SELECT count(*)::int FROM pg_stat_activity
         WHERE datid = pg_database.oid AND backend_type IS DISTINCT FROM 'autovacuum worker') AS used
  FROM pg_database WHERE datname = current_database() AND datconnlimit > 0
"""
LIMITED = """
SELECT rolname::text AS role, rolconnlimit AS allowed, count(pid)::int AS used
  FROM pg_roles LEFT JOIN pg_stat_activity ON usesysid = pg_roles.oid AND pid <> pg_backend_pid()
 WHERE rolconnlimit > 0 GROUP BY 1, 2 ORDER BY count(pid)::float / rolconnlimit DESC LIMIT 20
"""


async def by_state(means: Means) -> tuple[Finding, ...]:
    """What the sessions do, counted."""
    async with means.session.reading(BY_STATE) as read:
        now = await census(read)
        rows = await read(STATES)
    found = (activity(means.target, now, rows),)
    return (*found, hidden(means.target, now)) if now.hidden else found


def activity(target: str, now: Census, rows: list[Row]) -> Finding:
    """The finding that lists states; judging them is for other probes."""
    counts = dict.fromkeys(STATED, 0)
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + row["sessions"]
    confirming = sum(row["sessions"] for row in rows if row["event"] == SYNCHRONOUS)
    most = sorted(((number, state) for state, number in counts.items() if number), key=lambda pair: -pair[0])
    parts = tuple(f"{number} {state}" for number, state in most)
    return Finding(
        code=Code.ACTIVITY,
        probe=BY_STATE,
        target=target,
        health=Health.OK,
        sentence=f"{counted(now.clients, 'client session')}{': ' + listed(parts) if parts else ''}.",
        figures=(
            Figure("clients", now.clients),
            *(Figure(state, number) for state, number in counts.items()),
            Figure("waiting for a standby", confirming),
        ),
        table=(
            ("state", "waits for", "event", "sessions"),
            *((row["state"], row["waits_for"], row["event"], str(row["sessions"])) for row in rows),
        ),
    )


def hidden(target: str, now: Census) -> Finding:
    """The finding that sessions are hidden from our role, with the grant that shows them."""
    return Finding(
        code=Code.NO_PRIVILEGE,
        probe=BY_STATE,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"{counted(now.hidden, 'session')} of {now.clients} cannot be judged: "
        f"the role {now.role} may not see the state of other roles' sessions.",
        figures=(Figure("hidden sessions", now.hidden), Figure("role", now.role)),
        meaning="Leaks, slow statements and lock waits among them would not be seen.",
        next_step=f'As a superuser: `GRANT pg_monitor TO "{now.role}"`.',
    )


async def pool_utilisation(means: Means) -> tuple[Finding, ...]:
    """How much of the server's slots is taken, and of the limits of single roles."""
    async with means.session.reading(POOL) as read:
        now = await census(read)
        roles = await read(LIMITED)
        here = await read(LIMITED_HERE)
    own = (
        *(_limited(means, row) for row in roles),
        *(_limited_here(means, row) for row in here),
    )
    near = tuple(finding for finding in own if finding.health is not Health.OK)
    return (slots(means.target, now, _share(means, "slots", now.taken)), *near)


def slots(target: str, now: Census, health: Health) -> Finding:
    """The finding about the server's slots."""
    last = now.clients + 1 >= now.usable
    own = "and the last by Tocsin's own look" if last else "Tocsin's own left out"
    full = "New connections are refused." if last else "When the last one is taken, they are refused."
    return Finding(
        code=Code.SLOTS,
        probe=POOL,
        target=target,
        health=health,
        sentence=f"{now.clients} of {now.usable} usable slots are taken ({now.taken} %), {own}.",
        figures=(
            Figure("taken slots", now.clients),
            Figure("usable slots", now.usable),
            Figure("taken", now.taken, "%"),
            Figure("max_connections", now.slots),
            Figure("reserved", now.reserved),
        ),
        meaning=f"The application's connections come from these. {full}" if health is not Health.OK else "",
        next_step="Find out who holds them before raising max_connections."
        if health is not Health.OK
        else "",
    )


def _limited(means: Means, row: Row) -> Finding:
    share = percent(row["used"], row["allowed"])
    return Finding(
        code=Code.LIMITED_ROLE,
        probe=POOL,
        target=means.target,
        health=_share(means, f"role {row['role']}", share),
        sentence=f"The role {row['role']} uses {row['used']} of its {row['allowed']} connections.",
        figures=(Figure("used", row["used"]), Figure("allowed", row["allowed"]), Figure("taken", share, "%")),
        meaning="Beyond that, its new connections are refused although the server has room.",
        next_step="Find out which of its applications holds them.",
    )


def _limited_here(means: Means, row: Row) -> Finding:
    share = percent(row["used"], row["allowed"])
    full = "New connections to it are refused" if share >= FULL else "Beyond that, new ones are refused"
    return Finding(
        code=Code.LIMITED_DATABASE,
        probe=POOL,
        target=means.target,
        health=_share(means, f"database {row['name']}", share),
        sentence=f"The database {row['name']} has {row['used']} of the {row['allowed']} connections "
        "that it may have, Tocsin's own among them.",
        figures=(Figure("used", row["used"]), Figure("allowed", row["allowed"]), Figure("taken", share, "%")),
        meaning=f"{full} although the server has room.",
        next_step="See who holds its connections before raising the limit: "
        "`ALTER DATABASE ... CONNECTION LIMIT ...`.",
    )


def _share(means: Means, what: str, share: int) -> Health:
    limits = means.limits
    return means.hold.judged(
        what, share, warn=limits.slots_warn, critical=limits.slots_critical, release=limits.slots_release
    )
