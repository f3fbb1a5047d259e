"""How many connections are taken, and by whom if they run short."""

import re
from collections import Counter
from dataclasses import dataclass

from redis.exceptions import NoPermissionError

from diagnostics.probe import SkippedError
from diagnostics.probes.redis import ids
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.failure import grant
from diagnostics.probes.redis.info import Info
from diagnostics.probes.redis.means import Means
from diagnostics.wording import counted, percent
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.CLIENTS
SHOWN = 10
AT_REST = 300  # seconds
COMMAND = re.compile(r"[a-z][a-z_|\-]{0,40}")


@dataclass(frozen=True, slots=True)
class Client:
    """One connection, as CLIENT LIST has it.

    Attributes:
        id: the server's own number of it.
        holder: the name that it gave itself, or where it comes from.
        idle: seconds since it sent or read anything.
        unread: bytes that wait for it to read them.
        command: the last that it sent, such as "monitor".
    """

    id: int
    holder: str
    idle: int
    unread: int
    command: str


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds the connections, the most first; `unknown` says why that is not known."""

    counts: tuple[tuple[str, int], ...] = ()
    at_rest: int = 0
    unknown: str = ""


async def clients(means: Means) -> tuple[Finding, ...]:
    """Connections against maxclients; who holds them is asked only when they run short."""
    info = await means.session.info()
    taken, most = info.number("connected_clients"), info.number("maxclients")
    if taken is None or not most:
        raise SkippedError("this server does not say how many connections it may have")
    short = percent(taken, most) >= means.limits.clients_warn
    who = await _who(means, int(taken)) if short else Holders()
    return (found(means, info, (int(taken), int(most)), who),)


def found(means: Means, info: Info, connections: tuple[int, int], who: Holders) -> Finding:
    """The finding about taken and possible connections and their holders."""
    taken, most = connections
    share, blocked = percent(taken, most), info.number("blocked_clients")
    limits = means.limits
    health = means.hold.judged(
        PROBE,
        share,
        warn=limits.clients_warn,
        critical=limits.clients_critical,
        release=limits.clients_release,
    )
    ill = health is not Health.OK
    holder, held = who.counts[0] if who.counts else ("", 0)
    named = f"; {held} of them are held by {holder}" if holder else ""
    waiting = f", {counted(int(blocked), 'waits', 'wait')} in a blocking command" if blocked else ""
    return Finding(
        code=Code.CLIENTS,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=f"{taken:,} of {most:,} possible connections are taken{waiting}{named}{who.unknown}.",
        figures=(
            Figure("clients", taken),
            Figure("maxclients", most),
            Figure("share", share, "%"),
            Figure("blocked", None if blocked is None else int(blocked)),
            Figure("holder", holder or None),
            Figure("held", held or None),
            Figure("idle", who.at_rest if who.counts else None),
        ),
        meaning="When all are taken, new connections are refused while those that exist go on."
        if ill
        else "",
        next_step=_next(holder) if ill else "",
        table=(("held by", "connections"), *((name, str(number)) for name, number in who.counts))
        if who.counts
        else (),
    )


def listed_clients(text: str) -> list[Client]:
    """The connections of a CLIENT LIST: the name that a client gave itself, or else where it comes from."""
    return [_client(dict(part.partition("=")[::2] for part in line.split(" "))) for line in text.splitlines()]


def _client(said: dict[str, str]) -> Client:
    place = said.get("addr", "").rpartition(":")[0]
    name = said.get("name", "")
    holder = " at ".join(quoted(word, 60) for word in (name, place) if word) or "unknown"
    id_, idle, unread = (_number(said.get(key, "")) for key in ("id", "idle", "omem"))
    return Client(id_, holder, idle, unread, _command(said.get("cmd", "")))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _command(text: str) -> str:
    return text if COMMAND.fullmatch(text) else ""


async def _who(means: Means, taken: int) -> Holders:
    if taken > means.limits.clients_listed:
        return Holders(unknown="; too many to list")
    try:
        found = listed_clients(str(await means.session.ask("CLIENT", "LIST")))
    except NoPermissionError as error:
        rule = grant(error)
        return Holders(unknown=f"; who holds them is not known: ACL SETUSER {means.session.role} {rule}")
    counts = Counter(client.holder for client in found).most_common(SHOWN)
    return Holders(tuple(counts), sum(client.idle >= AT_REST for client in found))


def _next(holder: str) -> str:
    return (
        f"Restart {holder}, or make its pool smaller; then see why it opens so many."
        if holder
        else "Find out who holds them with CLIENT LIST, restart that one, then make its pool smaller."
    )
