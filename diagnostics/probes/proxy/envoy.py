"""Envoy: its default form, and the JSON that Istio writes; the response flags tell why."""

import re
from collections.abc import Mapping

from diagnostics.probes.proxy.said import Giver, Request, Said, Trouble, Try, answered, name, number, server

TEXT = r'"(?P<{}>(?:[^"\\]|\\.)*+)"'
LINE = re.compile(
    r"\[\d{4}-\d\d-\d\dT[^\]]{1,30}\] "
    rf"{TEXT.format('request')} (?P<status>\d{{1,3}}) (?P<flags>[A-Z][A-Za-z,]*|-)"
    r" \d+ \d+ (?P<ms>\d+) (?:\d+|-)"
    rf" {TEXT.format('via')} {TEXT.format('agent')} {TEXT.format('id')} {TEXT.format('host')}"
    rf" {TEXT.format('server')}"
)
FLAGS = {
    "UH": Trouble.NO_SERVER,
    "UF": Trouble.UNREACHED,
    "UO": Trouble.LIMITED,  # its own limit of connections to the back end
    "NR": Trouble.NO_ROUTE,
    "NC": Trouble.NO_ROUTE,
    "UT": Trouble.TIMED_OUT,
    "UC": Trouble.CUT_OFF,
    "UR": Trouble.CUT_OFF,
    "UPE": Trouble.CUT_OFF,
    "RL": Trouble.LIMITED,
}
MS = 1000


def said(text: str) -> Said | None:
    """What the line says; None if it is of another form, or the caller hung up."""
    found = LINE.match(text)
    return _request(found.groupdict()) if found else None


def of_json(told: Mapping[str, object]) -> Request | None:
    """The same of Istio's fields."""
    cluster, host = told.get("upstream_cluster"), told.get("authority")
    return _request(
        {
            "status": told.get("response_code"),
            "flags": told.get("response_flags"),
            "ms": told.get("duration"),
            "host": cluster if cluster and cluster != "-" else host,
            "server": told.get("upstream_host"),
        }
    )


def _request(told: Mapping[str, object]) -> Request | None:
    status, spent = answered(told["status"]), number(told["ms"])
    if not status:
        return None
    flags = str(told["flags"] or "").split(",")
    trouble = next((FLAGS[flag] for flag in flags if flag in FLAGS), None)
    asked = server(told["server"]) if told["server"] != "-" else ""
    return Request(
        status,
        name(told["host"]),
        (Try(asked, failed=bool(trouble) or status >= 500),) if asked else (),  # noqa: PLR2004 -- of HTTP
        spent / MS if spent is not None else None,
        Giver.PROXY if trouble else Giver.BACK_END if asked else Giver.UNTOLD,
        trouble,
    )
