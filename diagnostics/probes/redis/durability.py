"""Whether Redis saves its data, and whether its copies are in line."""

from diagnostics.probe import SkippedError
from diagnostics.probes.redis import ids
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.info import Info, fields
from diagnostics.probes.redis.means import Means
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

PERSISTENCE = ids.PERSISTENCE
REPLICATION = ids.REPLICATION
FAILURES = {
    "rdb_last_bgsave_status": "the last snapshot (bgsave)",
    "aof_last_write_status": "the last write to the append-only file",
    "aof_last_bgrewrite_status": "the last rewrite of the append-only file",
}
SAVES = ("rdb_current_bgsave_time_sec", "aof_current_rewrite_time_sec")


async def persistence(means: Means) -> tuple[Finding, ...]:
    """Whether the last save went well, and how long the present one takes."""
    info = await means.session.info()
    if not info.word("rdb_last_bgsave_status"):
        raise SkippedError("this server says nothing about saving")
    return (saved(means, info),)


def saved(means: Means, info: Info) -> Finding:
    """The finding about saving to disk: a failure, then a save that takes long, then how it stands."""
    failed = [what for line, what in FAILURES.items() if info.word(line) == "err"]
    if failed:
        return _save_failed(means, failed[0], info.errors("MISCONF"))
    running = max((info.number(line) or 0 for line in SAVES), default=0)
    if running > means.limits.saving_warn:
        return _save_long(means, running)
    return _saves(means, info)


async def replication(means: Means) -> tuple[Finding, ...]:
    """The link to the master on a replica, the replicas on a master."""
    info = await means.session.info()
    match info.word("role"):
        case "slave":
            return (linked(means, info),)
        case "master":
            return (followed(means, info),)
        case _:
            raise SkippedError("this server does not say which role it has")


def linked(means: Means, info: Info) -> Finding:
    """The finding about a replica."""
    up = info.word("master_link_status") == "up"
    down, silent = info.number("master_link_down_since_seconds"), info.number("master_last_io_seconds_ago")
    since = f" for {duration(down)}" if down is not None and down > 0 else ""
    copying = ", and it takes over a whole copy now" if info.count("master_sync_in_progress") else ""
    heard = f"; its master was heard {duration(silent)} ago" if up and silent is not None else ""
    if up:
        figures = (Figure("role", "replica"), Figure("lag", silent, "s"))
        return _finding(
            means, REPLICATION, Code.REPLICATION, f"It is a replica and its link is up{heard}.", figures
        )
    return _finding(
        means,
        REPLICATION,
        Code.LINK_DOWN,
        f"It is a replica whose link to its master is down{since}{copying}.",
        (Figure("role", "replica"), Figure("down", down, "s")),
        health=Health.CRITICAL,
        meaning="It serves old data, or none.",
        next_step="Look whether the master runs, at the network between them, and at masterauth in its log.",
    )


def followed(means: Means, info: Info) -> Finding:
    """The finding about a master and its replicas."""
    replicas = [fields(text) for name, text in info.lines.items() if _is_replica(name)]
    lags = [float(replica["lag"]) for replica in replicas if replica.get("lag", "").isdigit()]
    out = [replica for replica in replicas if replica.get("state") != "online"]
    lag = max(lags, default=None)
    figures = (Figure("role", "master"), Figure("replicas", len(replicas)), Figure("lag", lag, "s"))
    late = lag is not None and lag >= means.limits.replica_lag_warn
    if not late and not out:
        copies = counted(len(replicas), "replica") if replicas else "no replica"
        return _finding(
            means, REPLICATION, Code.REPLICATION, f"It is a master with {copies} in line.", figures
        )
    what = f"{len(out)} not in line" if out else f"the last silent for {duration(lag or 0)}"
    return _finding(
        means,
        REPLICATION,
        Code.REPLICA_LAGS,
        f"It is a master with {counted(len(replicas), 'replica')}, {what}.",
        figures,
        health=Health.WARN,
        meaning="Those who read there see old data; a failover now would lose writes.",
        next_step="Look at that replica, its network and its log.",
    )


def _is_replica(name: str) -> bool:
    return name.startswith("slave") and name.removeprefix("slave").isdigit()


def _save_failed(means: Means, what: str, refused: int) -> Finding:
    denied = f"; {counted(refused, 'write was', 'writes were')} refused for it" if refused else ""
    return _finding(
        means,
        PERSISTENCE,
        Code.SAVE_FAILED,
        f"Redis could not save: {what} failed{denied}.",
        (Figure("what", what), Figure("refused writes", refused)),
        health=Health.CRITICAL,
        meaning="What has changed since would be lost in a restart; by default writes are refused too.",
        next_step="Look at its log: a full disk, a folder it may not write, or no memory to fork. Do not "
        "restart it before it has saved.",
    )


def _save_long(means: Means, running: float) -> Finding:
    return _finding(
        means,
        PERSISTENCE,
        Code.SAVE_LONG,
        f"Redis has been saving for {duration(running)}.",
        (Figure("saving", running, "s"),),
        health=Health.CRITICAL if running > means.limits.saving_critical else Health.WARN,
        meaning="Memory grows while it saves, since what changes is copied.",
        next_step="Look at the disk's speed and the machine's free memory.",
    )


def _saves(means: Means, info: Info) -> Finding:
    now, last = info.now, info.number("rdb_last_save_time")
    ago = max(now - last, 0) if now is not None and last else None
    changes = info.number("rdb_changes_since_last_save")
    log = "on" if info.count("aof_enabled") else "off"
    unsaved = "" if changes is None else f", {counted(int(changes), 'change')} since the last snapshot"
    return _finding(
        means,
        PERSISTENCE,
        Code.PERSISTENCE,
        f"No save has failed{unsaved}; the append-only file is {log}.",
        (
            Figure("since the last save", None if ago is None else round(ago), "s"),
            Figure("unsaved changes", None if changes is None else int(changes)),
            Figure("append log", log),
        ),
    )


def _finding(  # noqa: PLR0913 -- the parts of a finding, by name
    means: Means,
    probe: str,
    code: Code,
    sentence: str,
    figures: tuple[Figure, ...],
    *,
    health: Health = Health.OK,
    meaning: str = "",
    next_step: str = "",
) -> Finding:
    return Finding(code, probe, means.target, health, sentence, figures, meaning, next_step)
