"""What a look that failed says about a Redis: a missing grant, or an error of the server's."""

import re

from redis.exceptions import NoPermissionError, ResponseError

from diagnostics.probe import Probe, SkippedError
from diagnostics.probes.redis.codes import Code
from incidents.evidence import Figure, Finding, Health

COMMAND = re.compile(r"'([a-z|\-]{1,40})'")


def grant(error: NoPermissionError) -> str:
    """The rule of an ACL that the server misses, such as "+slowlog|get"."""
    found = COMMAND.search(str(error))
    return f"+{found[1]}" if found else "the commands listed in docs/operating.md"


def explain(target: str, role: str, probe: Probe, error: Exception) -> Finding | None:
    """The finding behind an error of the server's; None for an error of any other origin.

    Raises:
        SkippedError: this server does not know what was asked for.
    """
    if not isinstance(error, ResponseError):
        return None
    if "unknown command" in str(error).lower() or "unknown subcommand" in str(error).lower():
        raise SkippedError("this version of Redis, or its provider, does not offer it") from error
    if isinstance(error, NoPermissionError):
        return _no_privilege(target, role, probe, grant(error))
    return Finding(
        code=Code.LOOK_FAILED,
        probe=probe.id,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Looking at {probe.title} failed ({type(error).__name__}).",
        figures=(Figure("error", type(error).__name__),),
        meaning="This is not known to be fine.",
        next_step="Ask again. If it fails again, try the command by hand with redis-cli.",
    )


def _no_privilege(target: str, role: str, probe: Probe, rule: str) -> Finding:
    return Finding(
        code=Code.NO_PRIVILEGE,
        probe=probe.id,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Tocsin's role may not look at {probe.title}: it lacks {rule}.",
        figures=(Figure("grant", rule),),
        meaning="This is not known to be fine.",
        next_step=f"Grant it: ACL SETUSER {role} {rule}",
    )
