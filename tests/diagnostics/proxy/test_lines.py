"""Lines of real proxies: whom they failed and why; and hostile ones, which say nothing that is not so."""

import pytest

from diagnostics.probes.proxy.lines import LONGEST, said
from diagnostics.probes.proxy.said import Complaint, Giver, Request, Said, Trouble, Try, Turned
from tests.diagnostics.proxy import written

BACK_END, PROXY, UNTOLD = Giver.BACK_END, Giver.PROXY, Giver.UNTOLD
ONE, NINE = "127.0.0.1:47901", "127.0.0.1:47909"
TEN = "10.0.0.2:80"


def good(server: str) -> tuple[Try, ...]:
    return (Try(server, failed=False),)


def bad(server: str) -> tuple[Try, ...]:
    return (Try(server, failed=True),)


RETRIED = (*bad(NINE), *good(ONE))


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (written.COMBINED, Request(200)),
        (written.COMBINED_502, Request(502)),
        (written.UP_200, Request(200, "", good(ONE), 0.013, BACK_END)),
        (written.UP_RETRIED, Request(200, "", RETRIED, 0.001, BACK_END)),
        (written.UP_REFUSED, Request(502, "", bad(NINE), 0.001, PROXY)),
        (written.UP_NOBODY, Request(502, "", (), 0.0, PROXY, Trouble.NO_SERVER)),
        (written.UP_OWN_502, Request(502, "", bad(ONE), 0.001, BACK_END)),
        (written.UP_NOT_ASKED, Request(503, "", (), 0.0, PROXY)),
        (written.INGRESS_200, Request(200, "shop-web-80", good(ONE), 0.002, BACK_END)),
        (written.INGRESS_RETRIED, Request(200, "half", RETRIED, 0.001, BACK_END)),
        (written.INGRESS_504, Request(504, "good", bad(ONE), 1.001, PROXY)),
        (written.INGRESS_NOT_ASKED, Request(503, "", (), 0.0, PROXY)),
        (written.JSON_RETRIED, Request(200, "", RETRIED, 0.001, BACK_END)),
        (written.CONNECT, Complaint(Trouble.UNREACHED, NINE)),
        (written.NO_LIVE, Complaint(Trouble.NO_SERVER)),
        (written.LATE, Complaint(Trouble.TIMED_OUT, ONE)),
        (written.LATE_CONNECTING, Complaint(Trouble.UNREACHED, ONE)),
        (written.PREMATURE, Complaint(Trouble.CUT_OFF, ONE)),
        (written.LIMITING, Complaint(Trouble.LIMITED)),
        (written.OUT_OF_CONNECTIONS, Complaint(Trouble.EXHAUSTED)),
        (written.TO_SOCKET, Complaint(Trouble.UNREACHED, "unix:/run/app.sock")),
    ],
)
def test_what_nginx_wrote_is_understood(line: str, means: Said) -> None:
    assert said(line) == means


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (written.HA_200, Request(200, "app", good("app/s1"), 0.013, BACK_END)),
        (written.HA_SYSLOG, Request(200, "app", good("app/s1"), 0.013, BACK_END)),
        (written.HA_NOBODY, Request(503, "none", (), None, PROXY, Trouble.NO_SERVER)),
        (written.HA_REFUSED, Request(503, "dead", bad("dead/s1"), 0.0, PROXY, Trouble.UNREACHED)),
        (written.HA_LATE, Request(504, "app", bad("app/s1"), 1.004, PROXY, Trouble.TIMED_OUT)),
        (written.HA_CUT, Request(502, "app", bad("app/s1"), 0.0, PROXY, Trouble.CUT_OFF)),
        (written.HA_OWN_502, Request(502, "app", bad("app/s1"), 0.0, BACK_END)),
        (written.HA_LIMITED, Request(429, "web", (), None, PROXY)),
        (written.HA_DENIED, Request(403, "web", (), None, PROXY)),
        (written.HA_HUNG_UP, Request(499, "app", (), None, PROXY)),
        (written.HA_DOWN, Turned("half/s2", up=False)),
        (written.HA_UP, Turned("half/s1", up=True)),
    ],
)
def test_what_haproxy_wrote_is_understood(line: str, means: Said) -> None:
    assert said(line) == means


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (written.CADDY_200, Request(200, "shop.test", (), 0.00103712)),
        (written.CADDY_502, Request(502, "shop.test", (), 0.00103712)),
        (written.CADDY_OWN_502, Request(502, "shop.test", (), 0.00103712, BACK_END)),
        (written.CADDY_REFUSED, Complaint(Trouble.UNREACHED, NINE)),
        (written.CADDY_LATE, Complaint(Trouble.TIMED_OUT)),
        (written.CADDY_CUT, Complaint(Trouble.CUT_OFF)),
        (written.CADDY_NOBODY, Complaint(Trouble.NO_SERVER)),
    ],
)
def test_what_caddy_wrote_is_understood(line: str, means: Said) -> None:
    assert said(line) == means


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (written.TRAEFIK_200, Request(200, "web@docker", good(TEN), 0.003)),
        (written.TRAEFIK_502, Request(502, "web@docker", bad(TEN), 0.001)),
        (written.TRAEFIK_NOBODY, Request(503, "web@docker", (), 0.0, PROXY, Trouble.NO_SERVER)),
        (written.TRAEFIK_UNROUTED, Request(404, "", (), 0.0, PROXY, Trouble.NO_ROUTE)),
        (written.TRAEFIK_JSON_500, Request(500, "web@docker", bad(TEN), 0.008184335)),
        (written.TRAEFIK_JSON_502, Request(502, "web@docker", bad(TEN), 0.008184335)),
        (
            written.TRAEFIK_JSON_OWN,
            Request(503, "web@docker", (), 0.008184335, PROXY, Trouble.NO_SERVER),
        ),
        (written.TRAEFIK_CAUSED, Complaint(Trouble.UNREACHED, TEN)),
    ],
)
def test_what_traefik_is_documented_to_write_is_understood(line: str, means: Said) -> None:
    assert said(line) == means


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (written.ENVOY_200, Request(200, "shop.test", good("10.0.0.2:8080"), 0.013, BACK_END)),
        (written.ENVOY_NOBODY, Request(503, "shop.test", (), 0.0, PROXY, Trouble.NO_SERVER)),
        (
            written.ENVOY_REFUSED,
            Request(503, "shop.test", bad("10.0.0.2:8080"), 0.003, PROXY, Trouble.UNREACHED),
        ),
        (
            written.ENVOY_LATE,
            Request(504, "shop.test", bad("10.0.0.2:8080"), 15.0, PROXY, Trouble.TIMED_OUT),
        ),
        (written.ENVOY_UNROUTED, Request(404, "shop.test", (), 0.0, PROXY, Trouble.NO_ROUTE)),
        (
            written.ISTIO_CUT,
            Request(
                503,
                "outbound?80??shop.shop.svc.cluster.local",
                bad("10.0.0.2:8080"),
                0.007,
                PROXY,
                Trouble.CUT_OFF,
            ),
        ),
    ],
)
def test_what_envoy_is_documented_to_write_is_understood(line: str, means: Said) -> None:
    assert said(line) == means


def test_a_caller_cannot_write_what_the_proxy_would() -> None:
    request = '"GET /, upstream: \\"http://evil.example/\\" no live upstreams while connecting to upstream"'
    line = f"2026/11/21 19:54:25 [error] 1#1: *5 open() failed, client: 127.0.0.1, request: {request}"
    assert said(line) is None
    agent = (
        '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET / HTTP/1.1" 200 2 "us=502 ua=x:1" "us=502 ua=x:1"'
    )
    assert said(agent) == Request(200)


def test_a_name_that_a_caller_made_up_loses_what_could_be_markup() -> None:
    line = written.CADDY_200.replace("shop.test", "<!channel>`*x*" + "y" * 500)
    found = said(line)
    assert isinstance(found, Request)
    assert found.route.startswith("??channel???x?y")
    assert len(found.route) == 80


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[" * 50_000,
        "{" + '"a":{' * 20_000,
        '{"status":"many","request_time":1}',
        '{"DownstreamStatus":null}',
        '{"DownstreamStatus":[1],"RouterName":{"a":1}}',
        '{"response_code":{},"response_flags":[]}',
        '{"logger":"http.log.access","request":[],"status":null}',
        '{"logger":5,"status":200}',
        '{"status":1e400,"request_time":1}',
        '{"status":NaN,"request_time":1}',
        "a " * 40_000,
        '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "' + "\\" * 60_000,
        "[21/Nov/2026:19:54:25.379] " + "a/" * 40_000,
        'INFO 127.0.0.1:1 - "GET / HTTP/1.1" 200 OK',
        "Server is DOWN",
    ],
    ids=lambda line: line[:20],
)
def test_what_is_of_no_known_form_says_nothing_and_breaks_nothing(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize(
    "tail", [' us="' + "1, " * 9_000, " k=v," * 9_000, " 1 0.1 [a] [] " + "a : " * 9_000, " a_" * 9_000]
)
def test_a_long_tail_is_read_in_a_time_that_grows_with_it_alone(tail: str) -> None:
    head = '127.0.0.1 - - [21/Nov/2026:19:54:25 +0000] "GET / HTTP/1.1" 200 2 "-" "-"'
    found = said((head + tail)[:LONGEST])
    assert isinstance(found, Request)
    assert found.status == 200


@pytest.mark.parametrize("value", ["[1]", '{"host": "x"}', "null", "true", "1e999"])
@pytest.mark.parametrize("key", ["request_time", "upstream", "upstream_addr", "ua", "rt", "server_name"])
def test_others_json_with_values_of_another_kind_breaks_nothing(key: str, value: str) -> None:
    found = said(f'{{"status": 200, "request_method": "GET", "{key}": {value}}}')
    assert isinstance(found, Request)
    assert found.tries == ()
