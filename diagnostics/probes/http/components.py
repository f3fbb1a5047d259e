"""Which part of a service says, in the JSON of its health answer, that it has failed."""

from collections.abc import Iterator

from incidents.quoting import quoted

FAILING = frozenset(
    [
        "down",
        "fail",
        "failed",
        "failing",
        "failure",
        "unhealthy",
        "error",
        "critical",
        "unavailable",
        "disconnected",
        "timeout",
        "broken",
        "ko",
        "nok",
        "degraded",
        "outage",
        "out_of_service",
        "not_ready",
        "notready",
        "unreachable",
        "false",
    ]
)
STATES = (
    "status",
    "state",
    "health",
    "healthy",
    "ok",
    "ready",
    "result",
    "up",
    "available",
    "connected",
    "success",
)
NAMES = ("name", "component", "check", "service", "id", "key")
GROUPS = frozenset(
    [
        "checks",
        "check",
        "components",
        "details",
        "dependencies",
        "services",
        "status",
        "results",
        "entries",
        "health",
        "info",
        "error",
        "detail",
        "data",
    ]
)
CALM = ("", "none", "no", "null", "false", "ok", "0")  # what stands beside "error" where there is none
DEEP = 6
MANY = 200
WIDE = 60  # characters of a name, which is the service's own word


def failing(said: object) -> tuple[str, ...]:
    """The names of failing parts, at most eight; empty if all is well or nothing is known."""
    names = dict.fromkeys(quoted(name, WIDE) for name in _failing(said, "", 0))
    return tuple(names)[:8]


def ill(said: object) -> bool:
    """Whether the answer says of the whole that it has failed."""
    return isinstance(said, dict) and _judged_ill(said)


def _failing(said: object, name: str, depth: int) -> Iterator[str]:
    if depth > DEEP:
        return
    if isinstance(said, dict):
        yield from _of_object(said, name, depth)
    elif isinstance(said, list):
        for item in said[:MANY]:
            yield from _failing(item, name, depth + 1)


def _of_object(said: dict[str, object], name: str, depth: int) -> Iterator[str]:
    own = next((value for key in NAMES if isinstance(value := said.get(key), str)), "") or name
    inner = [
        found for key, value in list(said.items())[:MANY] for found in _of_part(str(key), value, own, depth)
    ]
    yield from inner
    if not inner and own and depth and _judged_ill(said):
        yield own


def _of_part(key: str, value: object, own: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict | list):
        yield from _failing(value, own if key.casefold() in GROUPS else key, depth + 1)
    elif key.casefold() not in STATES and key not in NAMES and key.casefold() not in GROUPS and _bad(value):
        yield key


def _judged_ill(said: dict[str, object]) -> bool:
    told = said.get("error")
    complains = isinstance(told, str) and told.strip().casefold() not in CALM
    return complains or any(_bad(value) for key, value in said.items() if str(key).casefold() in STATES)


def _bad(value: object) -> bool:
    if isinstance(value, bool):
        return not value
    if not isinstance(value, str):
        return False
    word = value.casefold().replace(" ", "_").replace("-", "_")
    return word in FAILING or word.partition(":")[0] in FAILING
