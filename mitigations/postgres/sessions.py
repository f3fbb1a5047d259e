"""The sessions that may be touched, and how they are hit: one statement each, which checks who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from incidents.errors import IncidentError, Refused
from incidents.mitigation import Aim, Alike, Fate, Hit, Plan
from incidents.quoting import quoted
from mitigations.action import count, identity
from mitigations.postgres.failure import NotPermitted, grants
from mitigations.postgres.reach import PostgresReach
from mitigations.postgres.session import Row
from mitigations.wording import counted, lasting, listed

CONFIRM = 5.0  # seconds until a session must be gone that was told to end
LONGEST_PID = 9  # digits
STEP = 0.1  # seconds between two looks
NAMED = 3  # applications that are named in a sentence

# Clients of the database in our address. Superusers, walsenders, workers and all that is ours are not among
# them. A session that is hidden from our role shows no state, so it is never hit.
SESSIONS: Final = """
    SELECT a.pid, a.backend_start, a.xact_start, a.query_start, a.state_change, a.state, a.wait_event_type,
           CASE a.state WHEN 'active' THEN a.xact_start ELSE a.state_change END AS unmoved,
           clock_timestamp() AS moment,
           coalesce(nullif(a.application_name, ''), 'an application without a name') AS application,
           substring(a.query FROM '^\\s*([A-Za-z]{1,12})\\M') AS verb,
           pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE') AS allowed
      FROM pg_stat_activity AS a JOIN pg_roles AS r ON r.oid = a.usesysid
     WHERE a.backend_type = 'client backend' AND a.datname = current_database()
       AND NOT r.rolsuper AND a.pid <> pg_backend_pid() AND a.application_name NOT LIKE 'tocsin%'
"""
BECOME: Final = f"""
SELECT *, extract(epoch FROM moment - state_change)::float8 AS lasting FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND backend_start = $2::timestamptz
"""  # noqa: S608 -- made of constants
ROLE: Final = """
SELECT current_user::text AS role, count(*)::int AS hidden
  FROM pg_stat_activity
 WHERE datname = current_database() AND query = '<insufficient privilege>'
"""
COLUMNS: Final = {
    "pid": "pid",
    "session since": "backend_start",
    "transaction since": "xact_start",
    "statement since": "query_start",
    "idle since": "state_change",
    "state": "state",
    "unmoved since": "unmoved",
}
STATES: Final = frozenset({"active", "idle in transaction", "idle in transaction (aborted)"})
VERBS: Final = frozenset(
    {"ALTER", "CALL", "COPY", "CREATE", "DELETE", "DROP", "EXECUTE", "FETCH", "INSERT", "MERGE", "REFRESH"}
    | {"REINDEX", "SELECT", "TRUNCATE", "UPDATE", "VACUUM", "WITH", "ANALYZE", "CLUSTER", "DO", "LOCK"}
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one kind of aim is hit.

    Attributes:
        keys: what an aim's identity is made of, of those in `COLUMNS`; the first is the process, the second
            since when it is there.
        hit: a constant statement of those values; no row means that the session is not what it was.
        standing: who of these processes still stands, by the first of those values.
        unfinished: why an aim that was hit is said to have failed if it stands.
        unneeded: why an aim was left alone that is the same as ever.
    """

    keys: tuple[str, ...]
    hit: str
    standing: str
    unfinished: str
    unneeded: str = ""


async def visible(reach: PostgresReach) -> str:
    """The name of our role.

    Raises:
        Refused: sessions are hidden from it, so nothing can be said about them.
    """
    (row,) = await reach.ask(ROLE)
    if row["hidden"]:
        raise Refused(
            f"{counted(row['hidden'], 'session')} of {reach.name} cannot be seen by the role of the "
            f"mitigation. {grants(row['role'])} Nothing was changed."
        )
    return str(row["role"])


def permitted(reach: PostgresReach, role: str, rows: Sequence[Row]) -> None:
    """Refuse already when planning what would fail in the end.

    Raises:
        Refused: the role may not touch one of these sessions.
    """
    if not all(row["allowed"] for row in rows):
        raise NotPermitted(
            f"The role of the mitigation may not touch sessions of others on {reach.name} (42501). "
            f"{grants(role)} Nothing was changed."
        )


def aim_of(doing: str, seconds: float, stroke: Stroke, row: Row) -> Aim:
    """A session or statement as it is now; times in UTC, to the microsecond as the server has them.

    Args:
        doing: what it does, such as "idle in transaction".
        seconds: for how long.
        stroke: how it would be hit.
        row: of `SESSIONS`.
    """
    whose, long = f"of {quoted(row['application'], 60)}, {doing}", lasting(seconds)
    return Aim(
        f"pid {row['pid']} {whose} for {long}",
        tuple((key, _written(row[COLUMNS[key]])) for key in stroke.keys),
        alike=Alike(f"sessions {whose}", "pids", str(row["pid"]), seconds, long),
    )


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def named(row: Row) -> str:
    """A session as people know it, such as "pid 4711 of reports-export"."""
    return f"pid {row['pid']} of {quoted(row['application'], 60)}"


def verb(row: Row) -> str:
    """What a statement does, such as "SELECT"; its text may hold secrets and is not shown."""
    word = str(row["verb"] or "").upper()
    return word if word in VERBS else "a statement"


def whose(rows: Sequence[Row]) -> str:
    """The applications of sessions with their shares, the largest first."""
    shares: dict[str, int] = {}
    for row in rows:
        name = quoted(row["application"], 60)
        shares[name] = shares.get(name, 0) + 1
    if len(shares) == 1:
        return f"of {next(iter(shares))}"
    order = sorted(shares.items(), key=lambda pair: -pair[1])
    parts = [f"{number} of {name}" for name, number in order[:NAMED]]
    rest = sum(number for _, number in order[NAMED:])
    return f"({listed((*parts, *((f'{rest} of others',) if rest else ())))})"


async def strike(reach: PostgresReach, plan: Plan, stroke: Stroke) -> tuple[Hit, ...]:
    """Hit each aim that is still what it was, then see that those that were hit are gone."""
    known = [(aim, _values(aim, stroke)) for aim in plan.aims]  # all of them are read before one is hit
    hits = [await _one(reach, aim, values, stroke) for aim, values in known]
    told = [values for (_, values), hit in zip(known, hits, strict=True) if hit.fate is Fate.DONE]
    left = await _standing(reach, told, stroke)
    return tuple(
        Hit(hit.label, Fate.FAILED, stroke.unfinished) if hit.fate is Fate.DONE and values in left else hit
        for (_, values), hit in zip(known, hits, strict=True)
    )


def _values(aim: Aim, stroke: Stroke) -> tuple[object, ...]:
    """Raises Refused: the identity is not one that was made here."""
    try:
        return tuple(map(_read, stroke.keys, identity(aim, *stroke.keys)))
    except ValueError:
        raise Refused(
            "The plan's sessions cannot be read. Nothing was changed; ask for a new plan."
        ) from None


def _read(key: str, text: str) -> int | str | datetime:
    """Raises ValueError."""
    match key:
        case "pid" if text.isdecimal() and len(text) <= LONGEST_PID:
            return int(text)
        case "state" if text in STATES:
            return text
        case "pid" | "state":
            raise ValueError(key)
        case _:
            return datetime.fromisoformat(text).astimezone(UTC)


async def _one(reach: PostgresReach, aim: Aim, values: tuple[object, ...], stroke: Stroke) -> Hit:
    try:
        rows = await reach.ask(stroke.hit, *values)
    except NotPermitted as error:
        return Hit(aim.label, Fate.FAILED, str(error))
    if rows and rows[0]["signalled"]:
        return Hit(aim.label, Fate.DONE)
    return Hit(aim.label, Fate.GONE, await _become(reach, values, stroke))


async def _become(reach: PostgresReach, values: tuple[object, ...], stroke: Stroke) -> str:
    """What has become of one that was left alone; empty if it ended by itself, or nobody can tell."""
    try:
        rows = await reach.ask(BECOME, *values[:2])
    except IncidentError:
        return ""
    if not rows:
        return ""
    if all(rows[0][COLUMNS[key]] == value for key, value in zip(stroke.keys, values, strict=True)):
        return stroke.unneeded
    return f"It has gone on since it was looked up: {rows[0]['state']} for {lasting(rows[0]['lasting'])} now."


async def _standing(
    reach: PostgresReach, told: Sequence[tuple[object, ...]], stroke: Stroke
) -> set[tuple[object, ...]]:
    """Who of those that were told to go still stands after a while."""
    left = set(told)
    for _ in range(round(CONFIRM / STEP)):
        if not left:
            break
        rows = {tuple(row.values()) for row in await reach.ask(stroke.standing, [each[0] for each in left])}
        left = {values for values in left if any(values[: len(row)] == row for row in rows)}
        if left:
            await reach.pause(STEP)
    return left


def summed(hits: Sequence[Hit], thing: str, done: str) -> str:
    """What was done in one sentence, such as "44 sessions were ended; 1 was left alone: ..."."""
    ended, gone, failed = (count(hits, fate) for fate in (Fate.DONE, Fate.GONE, Fate.FAILED))
    parts = [f"{counted(ended, thing)} {'was' if ended == 1 else 'were'} {done}" if ended else ""]
    parts.append(f"{counted(gone, thing)} left alone, gone or no longer as planned" if gone else "")
    parts.append(f"{counted(failed, thing)} could not be {done}" if failed else "")
    return f"{'; '.join(part for part in parts if part)}."
