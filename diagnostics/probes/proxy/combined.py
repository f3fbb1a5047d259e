"""The common and combined forms of Nginx and others, with what Ingress, Traefik or a team puts after them."""

import re

from diagnostics.probes.proxy import nginx
from diagnostics.probes.proxy.said import Giver, Request, Said, Trouble, Try, name, server

TEXT = r'"(?:[^"\\]|\\.)*+"'
HEAD = re.compile(
    rf"\S{{1,200}} \S{{1,64}} [^\[\]]{{0,200}}\[\d\d/\w{{3}}/\d{{4}}:[^\]]{{1,30}}\] {TEXT}"
    rf" (?P<status>\d{{3}}) (?:\d+|-)(?: {TEXT} {TEXT})?"
)
TRAEFIK = re.compile(r' \d+ "(?P<router>[^"]*)" "(?P<url>[^"]*)" (?P<ms>\d+)ms$')
LIST = r"[^\s,]++(?:(?:, | : )[^\s,]++)*+"
INGRESS = re.compile(
    rf" (?:\d+|-) (?P<request_time>[\d.]+|-) \[(?P<proxy_upstream_name>[^\]]*)\] \[[^\]]*\]"
    rf" (?P<upstream_addr>{LIST}) (?P<upstream_response_length>{LIST}) {LIST}"
    rf" (?P<upstream_status>{LIST})(?: \S+)?$"
)
VALUE = r"[^\s\",;=]{1,200}"
PAIR = re.compile(
    r'\b(?P<key>[a-z_]{2,30})[=:] ?(?:"(?P<quoted>[^"]{0,400})"'
    rf"|(?P<bare>{VALUE}(?:, {VALUE}(?![\w=]))*))"
)
PAIRS = 30  # of one line
MS = 1000


def said(text: str) -> Said | None:
    """What the line says; None if it is of another form."""
    head = HEAD.match(text)
    if not head:
        return None
    status, rest = int(head["status"]), text[head.end() :].rstrip()
    if found := TRAEFIK.match(rest):
        return traefik(status, found["router"], found["url"], int(found["ms"]) / MS)
    if found := INGRESS.match(rest):
        return nginx.request(status, found.groupdict())
    pairs = (pair for pair, _ in zip(PAIR.finditer(rest), range(PAIRS), strict=False))
    return nginx.request(status, {pair["key"]: pair["quoted"] or pair["bare"] for pair in pairs})


def traefik(status: int, router: str, url: str, seconds: float | None, *, passed: bool = True) -> Request:
    """A request that Traefik served.

    Args:
        status: that its caller was answered.
        router: empty or "-" where none fits.
        url: of the server; empty or "-" where none was asked.
        seconds: for all of it.
        passed: the status came from its service, be it that the server could not be reached.
    """
    routed, asked = name(router), server(url) if url != "-" else ""
    tries = (Try(asked, failed=status >= 500),) if asked else ()  # noqa: PLR2004 -- of HTTP
    trouble = None
    if not asked and status == 503:  # noqa: PLR2004 -- of HTTP
        trouble = Trouble.NO_SERVER
    elif not routed and status == 404:  # noqa: PLR2004 -- of HTTP
        trouble = Trouble.NO_ROUTE
    giver = Giver.UNTOLD if asked and passed else Giver.PROXY
    return Request(status, routed, tries, seconds, giver, trouble)
