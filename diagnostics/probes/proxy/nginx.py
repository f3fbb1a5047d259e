"""Nginx: what its servers did for a request, however the access log names it; and its error log."""

import re
from collections.abc import Mapping

from diagnostics.probes.proxy.said import (
    GATEWAY,
    SERVER_ERROR,
    Complaint,
    Giver,
    Request,
    Trouble,
    Try,
    name,
    number,
    server,
)

ERROR = re.compile(
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(?:error|warn|crit|alert|emerg|info|notice)\] \d+#\d+: (?:\*\d+ )?"
)
CALLER = ", client: "  # after it stand words of callers
UPSTREAM = re.compile(r', upstream: "(?P<server>[^"]{1,200})')
WORDS = (
    ("no live upstreams", Trouble.NO_SERVER),
    ("worker_connections are not enough", Trouble.EXHAUSTED),
    ("Too many open files", Trouble.EXHAUSTED),
    ("limiting requests", Trouble.LIMITED),
    ("limiting connections", Trouble.LIMITED),
    ("prematurely closed", Trouble.CUT_OFF),
    ("upstream sent ", Trouble.UNFIT),
    ("could not be resolved", Trouble.UNRESOLVED),
    ("while resolving", Trouble.UNRESOLVED),
    ("host not found", Trouble.UNRESOLVED),
    ("handshaking to upstream", Trouble.HANDSHAKE),
    ("upstream SSL certificate", Trouble.HANDSHAKE),
    ("connect() failed", Trouble.UNREACHED),
    ("connect() to ", Trouble.UNREACHED),
    ("while connecting to upstream", Trouble.UNREACHED),
    ("upstream timed out", Trouble.TIMED_OUT),
)
RESET = ("reset by peer", "while reading")
BETWEEN = re.compile(r", | : ")  # tries of one server group, and of one group after another
NAMES: Mapping[str, tuple[str, ...]] = {
    "seconds": ("request_time", "rt"),
    "servers": ("upstream_addr", "ua", "upstream"),
    "statuses": ("upstream_status", "us"),
    "begun": ("upstream_header_time", "uht", "upstream_response_length", "ul"),
    "route": ("proxy_upstream_name", "upstream_name", "server_name", "vhost"),
}


def error(text: str) -> Complaint | None:
    """What a line of the error log complains of; None if of nothing between proxy and back end."""
    head = ERROR.match(text)
    if not head:
        return None
    words = text[head.end() :].partition(CALLER)[0]
    found = UPSTREAM.search(text, head.end())
    trouble = next((trouble for begin, trouble in WORDS if begin in words), None)
    if trouble is None and all(each in words for each in RESET):
        trouble = Trouble.CUT_OFF
    if trouble is None:
        return None
    known = found and trouble not in {Trouble.NO_SERVER, Trouble.LIMITED, Trouble.EXHAUSTED}
    return Complaint(trouble, server(found["server"]) if found and known else "")


def request(status: int, told: Mapping[str, object]) -> Request:
    """A request with what its line tells of the servers.

    Args:
        status: that its caller was answered.
        told: further values by nginx's names for them, or their usual short forms.
    """
    values = {
        key: next((word for each in names if (word := _word(told.get(each)))), "")
        for key, names in NAMES.items()
    }
    servers, statuses = _several(values["servers"]), _several(values["statuses"])
    tries = tuple(
        Try(server(each), failed=(number(said) or 0) >= SERVER_ERROR)
        for each, said in zip(servers, statuses, strict=False)
        if ":" in each
    )
    nobody = bool(servers) and ":" not in servers[-1] and status in GATEWAY  # the group's name alone
    return Request(
        status,
        name(values["route"]),
        tries,
        number(values["seconds"]),
        _giver(status, values, asked=bool(tries)),
        Trouble.NO_SERVER if nobody else None,
    )


def _word(value: object) -> str:
    """A value as nginx writes it; lists and objects are others' words under the same names."""
    return str(value) if isinstance(value, str | int | float) else ""


def _several(text: str) -> tuple[str, ...]:
    return tuple(each for each in BETWEEN.split(text) if each not in {"", "-"})


def _giver(status: int, values: Mapping[str, str], *, asked: bool) -> Giver:
    if not values["servers"]:
        return Giver.UNTOLD
    if not asked:
        return Giver.PROXY
    if not values["begun"]:
        return Giver.UNTOLD if status in GATEWAY else Giver.BACK_END
    last = BETWEEN.split(values["begun"])[-1]
    return Giver.PROXY if status in GATEWAY and last in {"-", "", "0"} else Giver.BACK_END
