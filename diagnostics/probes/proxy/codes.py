"""The stable codes of what a proxy's log says.

PX00x the reading itself · PX10x requests as a whole · PX11x why requests fail · PX12x callers turned away ·
PX13x why the proxy and its back end do not come together
"""

from collections.abc import Mapping
from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    NOT_UNDERSTOOD = "PX001"
    UNREAD = "PX002"
    STOPPED = "PX003"

    REQUESTS = "PX101"
    ROUTE = "PX102"
    SERVER = "PX103"
    SLOW = "PX104"
    TRAFFIC = "PX105"

    NO_SERVER = "PX110"
    UNREACHED = "PX111"
    TIMED_OUT = "PX112"
    CUT_OFF = "PX113"
    NO_ROUTE = "PX114"
    UNEXPLAINED = "PX115"
    OWN_ERRORS = "PX116"
    EXHAUSTED = "PX117"
    HUNG_UP = "PX118"

    LIMITED = "PX120"
    LOGINS = "PX121"
    LOST = "PX122"
    TOO_LARGE = "PX123"

    UNRESOLVED = "PX130"
    HANDSHAKE = "PX131"
    UNFIT = "PX132"
    QUEUED = "PX133"


OF_REQUESTS: Mapping[str, str] = {
    "requests": "",
    "failed": "",
    "share": "%",
    "share before": "%",
    "most at": WORD,
    "failing for": "s",
}


def _failing(code: Code, title: str, meaning: str, next_step: str) -> Described:
    return Described(code, title, OF_REQUESTS, meaning, next_step, lasting="failing for", traced=True)


CODES = (
    Described(
        Code.NOT_UNDERSTOOD,
        "a log that names no request",
        {"lines": "", "window": "s", "source": WORD},
        "Whom the proxy fails is not known, which is not the same as nobody.",
        "Let it write its access log to standard output, in one of the forms that docs/operating.md names.",
    ),
    Described(
        Code.UNREAD,
        "a proxy's log that cannot be read",
        {"source": WORD, "error": WORD, "address": WORD, "status": ""},
        "Whom the proxy fails is not known, which is not the same as nobody.",
        "Check the place of its log in services.toml, and what Tocsin may read there.",
    ),
    Described(
        Code.STOPPED,
        "a proxy that does not run",
        {"stopped": WORD, "running": ""},
        "Whoever comes through it is not served.",
        "See why it ended, by the end of its log; then start it.",
    ),
    Described(
        Code.REQUESTS,
        "requests through the proxy, and the share that ends in 5xx",
        {
            "requests a minute": "",
            "requests": "",
            "failed": "",
            "share": "%",
            "share before": "%",
            "gateway errors": "%",
            "client errors": "%",
            "refused logins": "%",
            "limited": "%",
            "failing for": "s",
            "most at": WORD,
            "lines": "",
            "reach": "s",
        },
        "Callers are told that it failed.",
        "See beside it why, and whether all back ends or one.",
        lasting="failing for",
        traced=True,
    ),
    Described(
        Code.ROUTE,
        "a route whose requests fail while the others are well",
        {"route": WORD, "requests": "", "failed": "", "share": "%"},
        "What stands behind this route is not served.",
        "Look at the service behind this route.",
    ),
    Described(
        Code.SERVER,
        "one of several servers that fails",
        {
            "server": WORD,
            "failed": "",
            "tries": "",
            "bad servers": "",
            "other servers": "",
            "told by": WORD,
        },
        "The others carry its load; requests that meet it first are late or lost.",
        "Take it out of the proxy, then look at its process and its log.",
    ),
    Described(
        Code.SLOW,
        "how long the slowest requests take",
        {"slowest 5 %": "s", "slowest 5 % before": "s", "slowest 1 %": "s", "times as long": ""},
        "Callers wait.",
        "Look at what the back end waits for: its database first.",
    ),
    Described(
        Code.TRAFFIC,
        "requests that no longer arrive",
        {"requests a minute": "", "requests a minute before": "", "of those before": "%"},
        "Callers do not come as far as the proxy, or have given up.",
        "Look at what stands before it: DNS, certificate, load balancer, firewall.",
    ),
    _failing(
        Code.NO_SERVER,
        "requests for which the proxy has no server",
        "No server of the back end is up, as the proxy sees it: all are down, or its route leads nowhere.",
        "See whether the back end runs, and whether its address and health check in the proxy are right.",
    ),
    _failing(
        Code.UNREACHED,
        "requests for which the proxy gets no connection to its back end",
        "Nothing takes connections at the address that the proxy calls, or it is too busy to take more.",
        "See whether the back end runs, and whether the proxy calls its right address and port.",
    ),
    _failing(
        Code.TIMED_OUT,
        "requests that the back end does not answer in time",
        "The back end takes connections, but its answers come later than the proxy waits.",
        "Look at what the back end waits for: its database and locks first. A longer time-out helps nobody.",
    ),
    _failing(
        Code.CUT_OFF,
        "requests whose connection the back end ends before it has answered",
        "The back end dies or closes connections in the middle of its work.",
        "Read the end of its log and its restarts. If both are well, its keep-alive time is shorter than the "
        "proxy's.",
    ),
    _failing(
        Code.NO_ROUTE,
        "requests that fit no route of the proxy",
        "The proxy knows no service for them: a route was lost, or a host name is wrong.",
        "Compare the routes with those before the last change.",
    ),
    _failing(
        Code.UNEXPLAINED,
        "requests that the proxy answers with 502, 503 or 504 without saying why",
        "The proxy does not get an answer from its back end.",
        "See whether the back end answers when asked directly, and read the proxy's error log.",
    ),
    _failing(
        Code.OWN_ERRORS,
        "errors (5xx) that the back end itself gives",
        "The proxy is well: it passes on what the service behind it answers.",
        "Look at the service's own log and its last deploy, not at the proxy.",
    ),
    _failing(
        Code.EXHAUSTED,
        "requests that the proxy itself could not carry",
        "It is at a limit of its own: connections, or open files.",
        "Raise worker_connections and worker_rlimit_nofile (Nginx) or maxconn (HAProxy), and see "
        "what holds so many connections.",
    ),
    _failing(
        Code.HUNG_UP,
        "callers who hang up before they are answered (499)",
        "The answer comes later than callers, or what stands before this proxy, are ready to wait.",
        "Look at what the back end waits for: its database and locks first.",
    ),
    _failing(
        Code.LIMITED,
        "requests that are turned away by a limit",
        "Somebody calls more often than the limit allows, or the limit is too low.",
        "See who calls so often, and whether they retry; then the limit.",
    ),
    _failing(
        Code.LOGINS,
        "requests that are refused for want of a login or a right (401, 403)",
        "Credentials were changed or have expired, or somebody tries passwords.",
        "See whether it is one caller or all, and what was changed when it began: a key, a token, a right.",
    ),
    _failing(
        Code.LOST,
        "requests for what is not there (404)",
        "Pages, files or paths are gone that callers know.",
        "Compare with the last deploy: files that were left out, a path or a route that was renamed.",
    ),
    _failing(
        Code.TOO_LARGE,
        "requests that are larger than the proxy takes (413)",
        "Callers send more than its limit allows: an upload, or something that grew.",
        "If what they send is right: raise client_max_body_size (Nginx) or its like.",
    ),
    _failing(
        Code.UNRESOLVED,
        "requests whose back end has a name that the proxy does not find",
        "Its resolver does not answer, or the name is gone: then the proxy knows nowhere to call.",
        "Look the name up from the proxy; then see its resolver, and who changed the name.",
    ),
    _failing(
        Code.HANDSHAKE,
        "requests for which the proxy and its back end do not agree on encryption",
        "The proxy speaks https to a port of http, or does not accept the back end's certificate.",
        "See whether the port speaks https at all, then its certificate: its end, its names, who signed it.",
    ),
    _failing(
        Code.UNFIT,
        "requests whose answer the proxy does not take",
        "The back end answers, but its header is too large for the proxy, or is none.",
        "The proxy's error log says which. Too large: see which cookie or header grew, then raise "
        "proxy_buffer_size (Nginx) or tune.bufsize (HAProxy).",
    ),
    _failing(
        Code.QUEUED,
        "requests that waited too long for a free server",
        "All servers have as many requests as the proxy gives them: they are slow, or too few.",
        "See what they wait for, their database and locks first; then maxconn of the servers.",
    ),
)


def described(code: Code) -> Described:
    """What a code stands for."""
    return next(entry for entry in CODES if entry.code is code)
