"""HAProxy: the HTTP log (`option httplog`), with or without a syslog head, and its health checks."""

import re

from diagnostics.probes.proxy.said import HUNG_UP, Giver, Request, Said, Trouble, Try, Turned, name

HTTP = re.compile(
    r"""\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d{1,6}\][ ]
    (?P<front>\S{1,128})[ ](?P<back>[^\s/]{1,128})/(?P<server>\S{1,128})[ ]
    -?\d{1,9}/-?\d{1,9}/-?\d{1,9}/-?\d{1,9}/\+?(?P<spent>\d{1,9})[ ]
    (?P<status>\d{3}|-1)[ ]\+?\d{1,15}[ ]\S{1,200}[ ]\S{1,200}[ ]
    (?P<state>[A-Za-z-]{2})[A-Za-z-]{2}[ ]\d""",
    re.VERBOSE,
)
CHECK = re.compile(r"\bServer (?P<server>[^\s/]{1,128}/[^\s/]{1,128}) is (?P<state>UP|DOWN)[,.]")
HEAD = 100  # characters before a line of a health check begins
NOBODY = "<NOSRV>"
MS = 1000
NOT_AVAILABLE = 503
EXHAUSTED = "R"
GONE = frozenset({"CH", "CC", "CQ"})  # callers, while they waited (`option abortonclose`)
SHORT = frozenset({"SC", "sC", "SQ", "sQ"})  # it ended before a server had the request
TROUBLES = {
    "SC": Trouble.UNREACHED,
    "sC": Trouble.UNREACHED,
    "sQ": Trouble.QUEUED,
    "sH": Trouble.TIMED_OUT,
    "sD": Trouble.TIMED_OUT,
    "SH": Trouble.CUT_OFF,
    "SD": Trouble.CUT_OFF,
    "PH": Trouble.UNFIT,
}


def said(text: str) -> Said | None:
    """What the line says; None if it is of another form."""
    found = HTTP.search(text)
    if found:
        return _request(found)
    checked = CHECK.search(text, 0, HEAD + 300)
    return Turned(name(checked["server"]), up=checked["state"] == "UP") if checked else None


def _request(found: "re.Match[str]") -> Request | None:
    status, state = int(found["status"]), found["state"]
    if state in GONE:
        return Request(HUNG_UP, name(found["back"]), giver=Giver.PROXY)
    if status < 0:
        return None
    trouble = Trouble.EXHAUSTED if state.startswith(EXHAUSTED) else TROUBLES.get(state)
    if found["server"] == NOBODY:
        nobody = state in SHORT and status == NOT_AVAILABLE
        trouble = trouble if trouble is Trouble.QUEUED else Trouble.NO_SERVER if nobody else None
        return Request(status, name(found["back"]), giver=Giver.PROXY, trouble=trouble)
    asked = Try(name(f"{found['back']}/{found['server']}"), failed=bool(trouble) or status >= 500)  # noqa: PLR2004 -- of HTTP
    return Request(
        status,
        name(found["back"]),
        (asked,),
        int(found["spent"]) / MS,
        Giver.PROXY if trouble else Giver.BACK_END,
        trouble,
    )
