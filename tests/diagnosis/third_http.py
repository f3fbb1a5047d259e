"""Services over HTTP and real proxies, ill or only odd, of the third round of unknown faults."""

from aiohttp import web

from incidents.evidence import Examination
from tests.diagnosis import proxy
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Act, Trusted, opened, service
from tests.diagnosis.proxy import behind, call
from tests.diagnosis.second_http import both
from tests.diagnostics.proxy.proxies import GOOD, haproxy, nginx
from tests.diagnostics.serving import leads, says, says_text
from tests.diagnostics.tls import conftest as tls

HTML = "text/html"
MAINTENANCE = "<html><head><title>We will be right back</title></head><h1>Scheduled maintenance</h1></html>"
SIGN_IN = "<html><title>Sign in</title><form><input name=user><input type=password name=p></form></html>"
NOT_ALLOWED = "<html><head><title>Bad Request (400)</title></head><h1>Bad Request (400)</h1></html>"
RABBIT = {
    "status": "DOWN",
    "components": {
        "db": {"status": "UP", "details": {"database": "PostgreSQL"}},
        "rabbit": {"status": "DOWN", "details": {"error": "java.net.ConnectException: Connection refused"}},
    },
}
BY_NAME = (
    "resolver 127.0.0.1:9; resolver_timeout 1s; set $back http://shop-api.internal:9001;"
    "location / { proxy_pass $back; }"
)
COOKIES = "".join(f'add_header Set-Cookie "c{number}={"x" * 900}"; ' for number in range(6))
LARGE = (
    "access_log /dev/stdout; server { access_log off; listen 127.0.0.1:9100; "
    f"location / {{ {COOKIES} return 200 ok; }} }}"
)
GOES = f"location / {{ proxy_pass http://127.0.0.1:{GOOD}; }}"
ODD = "location /same { return 304; } location /moved { return 301 /; } location /part { return 206 part; }"
ONE_AT_A_TIME = f"backend app\n  timeout queue 300\n  server s1 127.0.0.1:{GOOD} maxconn 1\n"


async def empty(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


async def in_detail(_request: web.Request) -> web.StreamResponse:
    checks = {"cassandra:responseTimes": [{"observedValue": 250, "observedUnit": "ms", "status": "pass"}]}
    body = {"status": "pass", "output": "", "checks": checks, "failures": [], "errors": 0}
    return web.json_response(body, content_type="application/health+json")


async def cut(request: web.Request) -> web.StreamResponse:
    """An answer that says how long it is, and ends before."""
    answer = web.StreamResponse(headers={"Content-Length": "500", "Content-Type": "application/json"})
    await answer.prepare(request)
    await answer.write(b'{"status": "ok", "di')
    if request.transport:
        request.transport.close()
    return answer


async def asked_plainly(at: Trusted) -> Examination:
    """http in services.toml, while the port speaks https."""
    leaf = at.authority.issue_cert("127.0.0.1", not_after=tls.days(90))
    async with tls.serving(leaf) as port:
        url = f"http://127.0.0.1:{port}"
        return await looked_at({"kind": "http", "name": "api", "url": url, "health": "/health"})


def shows(page: str, status: int = 200) -> Act:
    return both(says_text(page, status, HTML))


HTTP = Group(
    "HTTP third",
    opened,
    (
        Case("204, and OK in words", NOTHING, service({"/health": empty, "/ready": says_text("OK")})),
        Case("health in detail, errors among its names", NOTHING, both(in_detail)),
        Case("a page of maintenance with 200", "PAGE_WRONG", shows(MAINTENANCE)),
        Case(
            "a login in place of the health address",
            "PAGE_WRONG",
            service(
                {
                    "/health": leads("/login"),
                    "/ready": leads("/login"),
                    "/login": says_text(SIGN_IN, media=HTML),
                }
            ),
        ),
        Case(
            "a broker that is down, by Spring",
            "DEPENDENCY_DOWN",
            service({"/health": says({"status": "UP"}), "/ready": says(RABBIT, 503)}),
        ),
        Case("a host name that is not allowed", "CONFIG_ERROR", shows(NOT_ALLOWED, 400)),
        Case("answers that break off", "HTTP_DOWN", both(cut)),
        Case("http asked of a port of https", "CONFIG_ERROR", asked_plainly),
    ),
)

PROXY = Group(
    "Proxy third",
    proxy.opened,
    (
        Case(
            "redirects, parts and what has not changed",
            NOTHING,
            behind(
                "nginx",
                nginx(GOES + ODD),
                call("/", "/same", "/part", "/", times=60),
                call("/nothing", times=3),
            ),
        ),
        Case(
            "the name of the back end is not found",
            "DNS_FAILURE",
            behind("nginx", nginx(BY_NAME), call("/", times=100, at_once=True)),
        ),
        Case(
            "a header that is too large for the proxy",
            "BAD_ANSWERS",
            behind("nginx", nginx("location / { proxy_pass http://127.0.0.1:9100; }", LARGE), call("/")),
        ),
        Case(
            "https to a back end of http",
            "TLS_FAILURE",
            behind("nginx", nginx(f"location / {{ proxy_pass https://127.0.0.1:{GOOD}; }}"), call("/")),
        ),
        Case(
            "a queue before a busy server",
            "BACK_END_BUSY",
            behind(
                "haproxy", haproxy(ONE_AT_A_TIME), call("/slow", times=40, at_once=True), call("/", times=20)
            ),
        ),
        Case(
            "uploads that are too large",
            "REQUESTS_TOO_LARGE",
            behind(
                "nginx", nginx(GOES + "location /upload { return 413; }"), call("/", "/upload", times=100)
            ),
        ),
    ),
)
