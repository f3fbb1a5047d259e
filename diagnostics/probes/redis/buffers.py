"""Memory that waits for clients which do not read it: a forgotten MONITOR, a subscriber that hangs."""

from dataclasses import dataclass

from redis.exceptions import NoPermissionError

from diagnostics.probes.redis import ids
from diagnostics.probes.redis.clients import Client, listed_clients
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.failure import grant
from diagnostics.probes.redis.info import Info
from diagnostics.probes.redis.means import Means
from diagnostics.wording import counted, duration, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = ids.MEMORY
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Buffers:
    """Bytes of clients' buffers, and of all that Redis uses."""

    taken: int
    used: int

    @property
    def share(self) -> int:
        """Percent of all."""
        return percent(self.taken, self.used)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is known without a list of the clients."""
        return (
            Figure("buffers", self.taken, "bytes"),
            Figure("share", self.share, "%"),
            Figure("used memory", self.used, "bytes"),
        )


async def buffers(means: Means, info: Info) -> Finding | None:
    """The finding about buffers that nobody reads; None where clients take little, or all of them read."""
    taken, used = info.number("mem_clients_normal"), info.number("used_memory")
    if taken is None or not used:
        return None
    limits, found = means.limits, Buffers(int(taken), int(used))
    much = found.share >= limits.buffers_share or taken >= limits.buffers_plain
    if taken < limits.buffers_size or not much:
        return None
    if (info.number("connected_clients") or 0) > limits.clients_listed:
        return _unnamed(means, found, "there are too many clients to list")
    try:
        every = listed_clients(str(await means.session.ask("CLIENT", "LIST")))
    except NoPermissionError as error:
        return _unnamed(means, found, f"grant it: ACL SETUSER {means.session.role} {grant(error)}")
    unread = sorted((c for c in every if _does_not_read(means, c)), key=lambda client: -client.unread)
    return _named(means, found, unread) if unread else None


def _does_not_read(means: Means, client: Client) -> bool:
    """Much waits for it, and it has taken none of that for a while, or far more waits than anybody reads."""
    limits = means.limits
    still = client.idle >= limits.unread_for and client.unread >= limits.buffers_size
    return still or client.unread >= limits.buffers_plain


def _named(means: Means, found: Buffers, unread: list[Client]) -> Finding:
    worst, waits = unread[0], sum(client.unread for client in unread)
    doing = f" ({worst.command})" if worst.command else ""
    silent = f", which has read nothing for {duration(worst.idle)}" if worst.idle else ""
    others = f" and {counted(len(unread) - 1, 'other client')}" if unread[1:] else ""
    return Finding(
        code=Code.CLIENT_BUFFERS,
        probe=PROBE,
        target=means.target,
        health=Health.WARN,
        sentence=f"{size(waits)} of the {size(found.used)} that Redis uses wait to be read by "
        f"{worst.holder}{doing}{silent}{others}.",
        figures=(
            *found.figures,
            Figure("unread", waits, "bytes"),
            Figure("client", worst.holder),
            Figure("command", worst.command or None),
            Figure("silent", worst.idle, "s"),
        ),
        meaning="Redis keeps every answer until it is read: this grows until its memory is gone.",
        next_step=f"End that connection: CLIENT KILL ID {worst.id}; then look at its program. "
        "client-output-buffer-limit bounds such clients.",
        table=(
            ("client", "does", "unread", "read nothing for"),
            *((c.holder, c.command or "?", size(c.unread), duration(c.idle)) for c in unread[:SHOWN]),
        ),
    )


def _unnamed(means: Means, found: Buffers, why: str) -> Finding:
    return Finding(
        code=Code.CLIENT_BUFFERS,
        probe=PROBE,
        target=means.target,
        health=Health.WARN,
        sentence=f"{size(found.taken)} of the {size(found.used)} that Redis uses are buffers of its clients; "
        f"of which is not known ({why}).",
        figures=found.figures,
        meaning="Redis keeps every answer until it is read; a client that reads nothing fills its memory.",
        next_step="Look for a large omem in CLIENT LIST, and end that client: CLIENT KILL ID.",
    )
