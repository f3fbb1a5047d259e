"""Can a new connection be made and does PING answer; if not, what does the refusal say?"""

import time
from dataclasses import dataclass

from redis.exceptions import RedisError

from diagnostics.probes.redis import ids
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.encryption import UNCLEAR
from diagnostics.probes.redis.means import Means
from diagnostics.probes.redis.session import CONNECT
from diagnostics.probes.unreached import Unreached, certificate_error, chain, unreached
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = ids.PING
FULL = "max number of clients"
STATES = {
    "WRONGPASS": Code.WRONG_PASSWORD,
    "NOAUTH": Code.NO_PASSWORD,
    "LOADING": Code.LOADING,
    "BUSY": Code.BUSY,
    "MASTERDOWN": Code.MASTER_GONE,
    "NOPERM": Code.NO_PRIVILEGE,
    "MISCONF": Code.WRITES_STOPPED,
}
NETWORK = {
    Unreached.CERTIFICATE: Code.TLS_FAILED,
    Unreached.TLS: Code.TLS_FAILED,
    Unreached.NO_ADDRESS: Code.NO_ADDRESS,
    Unreached.NO_ANSWER: Code.NO_ANSWER,
    Unreached.REFUSED: Code.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused connection means."""

    sentence: str
    meaning: str
    next_step: str
    health: Health = Health.CRITICAL


REFUSALS = {
    Code.CLIENTS_FULL: Refusal(
        "Redis refuses new connections: maxclients is reached.",
        "Applications cannot open connections either; those that they hold still work.",
        "See who holds the connections (CLIENT LIST, below if it could be read) and restart that one.",
    ),
    Code.REFUSED: Refusal(
        "Nothing listens at the address of Redis.",
        "Redis is stopped, has crashed, or listens somewhere else.",
        "Look whether it runs, and at the end of its log; the kernel's log tells whether it was killed.",
    ),
    Code.NO_ANSWER: Refusal(
        f"Redis does not answer within {duration(CONNECT)}.",
        "It does one thing at a time: a slow command or a script holds up all others, or it is frozen, or "
        "the network drops the packets.",
        "If others on that machine answer, wait for the command to end and ask again: the slow log names it.",
    ),
    Code.WRONG_PASSWORD: Refusal(
        "Redis refuses Tocsin's role or password (WRONGPASS).",
        "Redis runs. What the application sees is not known from here.",
        "Check the address in services.toml. A password that was rotated may be old in the application too.",
    ),
    Code.NO_PASSWORD: Refusal(
        "Redis wants a password, and services.toml gives none (NOAUTH).",
        "Redis runs. An application that was set up without a password is refused as well.",
        "Give Tocsin a role of its own: docs/operating.md has the line.",
    ),
    Code.LOADING: Refusal(
        "Redis is loading its data from the disk and serves nothing until then (LOADING).",
        "It was started a moment ago, or takes over a whole copy from its master.",
        "Wait for it; restarting only makes it begin anew. Then ask why it restarted.",
    ),
    Code.BUSY: Refusal(
        "A script or function blocks Redis, and everything else is refused (BUSY).",
        "Applications get BUSY until the script has ended.",
        "SCRIPT KILL (or FUNCTION KILL) ends a script that has written nothing. Find out who sends it.",
    ),
    Code.MASTER_GONE: Refusal(
        "This replica serves nothing because its master is gone (MASTERDOWN).",
        "It is set up to be silent rather than to serve old data.",
        "Look at the master, and at the way to it.",
    ),
    Code.WRITES_STOPPED: Refusal(
        "Redis takes no writes because it could not save to its disk (MISCONF).",
        "The application's writes fail now, and what it holds is lost if it restarts.",
        "Look at the free space of its disk and at its log. Do not restart it before it has saved.",
    ),
    Code.NO_ADDRESS: Refusal(
        "The name of the Redis host is not known here.",
        "DNS does not answer, or the name is wrong.",
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Code.TLS_FAILED: Refusal(
        "Redis and Tocsin cannot agree on encryption.",
        "The certificate does not fit, or one side speaks TLS and the other does not.",
        "Check the certificate, and whether it is redis:// or rediss://.",
    ),
    Code.NO_TLS: Refusal(
        "The port of Redis speaks no TLS, and its address asks for it (rediss://).",
        "Whoever tries TLS there waits for an answer that never comes; without TLS it answers.",
        "Write redis:// where this address is used, or turn TLS on there (tls-port) if it was turned off.",
    ),
    Code.TLS_WANTED: Refusal(
        "The port of Redis speaks TLS, and its address does not ask for it (redis://).",
        "Whoever comes without TLS is cut off.",
        "Write rediss:// where this address is used, with ssl_ca_certs if its authority is your own.",
    ),
    Code.NO_PRIVILEGE: Refusal(
        "Tocsin's role may not even PING.",
        "Redis runs. Whether it is well is not known.",
        "Grant it: ACL SETUSER with the line in docs/operating.md.",
        Health.UNKNOWN,
    ),
}


async def ping(means: Means) -> tuple[Finding, ...]:
    """Connect as the application would, ask PING, and keep the connection if none is kept."""
    begun = time.monotonic()
    try:
        connection = await means.session.connect()
        taken = time.monotonic() - begun
        again = await means.session.ping(connection)
    except Exception as error:  # noqa: BLE001 -- every way of not connecting is evidence
        finding = await _refused(means, error)
        means.session.refusals += finding.code == Code.CLIENTS_FULL
        return (finding,)
    await means.session.adopt(connection)
    return (answered(means, connected=taken, again=again),)


def answered(means: Means, *, connected: float, again: float) -> Finding:
    """The finding about a new connection whose PING was answered, twice.

    One slow answer may be our own business, or one slow command, which the slow log names; two are not.
    """
    seconds = min(connected, again)
    slow = seconds > means.limits.ping_warn
    return Finding(
        code=Code.ANSWERS,
        probe=PROBE,
        target=means.target,
        health=Health.WARN if slow else Health.OK,
        sentence=f"Redis takes new connections and answers PING in {duration(again)}.",
        figures=(
            Figure("ping", round(again * 1000, 1), "ms"),
            Figure("connect", round(connected * 1000, 1), "ms"),
        ),
        meaning="Every command of the application waits as long." if slow else "",
        next_step="See which commands are slow (below), and the machine's load." if slow else "",
    )


async def _refused(means: Means, error: Exception) -> Finding:
    code = condition(error)
    if code in UNCLEAR and not certificate_error(error):
        code = await means.session.other_way() or code
    return refused(means.target, error, code)


def refused(target: str, error: Exception, code: Code) -> Finding:
    """The finding about a connection that was not made or not answered."""
    refusal = REFUSALS.get(code) or Refusal(
        f"A connection to Redis could not be made ({type(error).__name__}).",
        "What the application sees is not known from here.",
        "Try the address by hand with redis-cli from this machine; it says more.",
    )
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=refusal.health,
        sentence=refusal.sentence,
        figures=(Figure("error", _reason(error)),),
        meaning=refusal.meaning,
        next_step=refusal.next_step,
    )


def condition(error: Exception) -> Code:
    """Which refusal this is."""
    said = [link for link in chain(error) if isinstance(link, RedisError)]
    if any(FULL in str(link) for link in said):
        return Code.CLIENTS_FULL
    for link in said:
        word = getattr(link, "status_code", None) or str(link).partition(" ")[0]
        if word in STATES:
            return STATES[word]
    return NETWORK.get(unreached(error), Code.NOT_CONNECTED)


def _reason(error: Exception) -> str:
    certificate = certificate_error(error)
    return quoted(certificate.verify_message, 120) if certificate else type(error).__name__
