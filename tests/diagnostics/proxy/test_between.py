"""Lines of proxies that do not come together with their back end: each reason is told from the others."""

import pytest

from diagnostics.probes.proxy import haproxy, nginx, reasons
from diagnostics.probes.proxy.said import Complaint, Giver, Request, Trouble, Try

ERROR = "2026/11/22 02:20:11 [error] 12#12: *1 "
CALL = (
    ', client: 127.0.0.1, server: , request: "GET / HTTP/1.1", upstream: "{}://127.0.0.1:9100/", host: "shop"'
)
ONE = "127.0.0.1:9100"
HAPROXY = (
    "127.0.0.1:40112 [22/Nov/2026:02:25:30.123] web app/{server} 0/300/-1/-1/300 {status} 217 - - "
    '{state}-- 40/40/39/0/0 0/40 "GET /slow HTTP/1.1"'
)


@pytest.mark.parametrize(
    ("words", "scheme", "trouble", "server"),
    [
        (
            "shop-api.internal could not be resolved (110: Operation timed out)",
            "",
            Trouble.UNRESOLVED,
            "",
        ),
        ("shop-api.internal could not be resolved (3: Host not found)", "", Trouble.UNRESOLVED, ""),
        (
            "SSL_do_handshake() failed (SSL: wrong version number) while SSL handshaking to upstream",
            "https",
            Trouble.HANDSHAKE,
            ONE,
        ),
        (
            "upstream SSL certificate verify error: (10:certificate has expired) while handshaking",
            "https",
            Trouble.HANDSHAKE,
            ONE,
        ),
        (
            "upstream sent too big header while reading response header from upstream",
            "http",
            Trouble.UNFIT,
            ONE,
        ),
        (
            "upstream sent no valid HTTP/1.0 header while reading response header from upstream",
            "http",
            Trouble.UNFIT,
            ONE,
        ),
        (
            "connect() failed (111: Connection refused) while connecting to upstream",
            "http",
            Trouble.UNREACHED,
            ONE,
        ),
    ],
)
def test_nginx_tells_why_it_did_not_get_an_answer(
    words: str, scheme: str, trouble: Trouble, server: str
) -> None:
    call = CALL.format(scheme) if scheme else ', client: 127.0.0.1, server: , request: "GET / HTTP/1.1"'
    assert nginx.error(ERROR + words + call) == Complaint(trouble, server)


@pytest.mark.parametrize(
    ("server", "status", "state", "trouble"),
    [
        ("s1", 503, "sQ", Trouble.QUEUED),
        ("<NOSRV>", 503, "sQ", Trouble.QUEUED),
        ("<NOSRV>", 503, "SC", Trouble.NO_SERVER),
        ("s1", 502, "PH", Trouble.UNFIT),
        ("s1", 502, "SH", Trouble.CUT_OFF),
    ],
)
def test_haproxy_tells_a_queue_from_a_server_that_is_not_there(
    server: str, status: int, state: str, trouble: Trouble
) -> None:
    found = haproxy.said(HAPROXY.format(server=server, status=status, state=state))
    assert isinstance(found, Request)
    assert (found.status, found.trouble, found.giver) == (status, trouble, Giver.PROXY)
    assert found.tries == (() if server == "<NOSRV>" else (Try("app/s1", failed=True),))


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("dial tcp: lookup shop on 127.0.0.11:53: no such host", Trouble.UNRESOLVED),
        ("dial tcp: lookup shop on 127.0.0.11:53: server misbehaving", Trouble.UNRESOLVED),
        (
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            Trouble.HANDSHAKE,
        ),
        ("tls: first record does not look like a TLS handshake", Trouble.HANDSHAKE),
        ('net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"', Trouble.UNFIT),
        ("net/http: server response headers exceeded 1048576 bytes; aborted", Trouble.UNFIT),
        ("dial tcp 10.0.0.2:80: connect: connection refused", Trouble.UNREACHED),
    ],
)
def test_programs_in_go_tell_why_they_did_not_get_an_answer(words: str, trouble: Trouble) -> None:
    found = reasons.complaint(words)
    assert found
    assert found.trouble is trouble
