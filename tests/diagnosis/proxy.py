"""Real proxies before real back ends, by their own logs: what fails behind them, and what only looks so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.containers import opened as engine_opened
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.proxy.proxies import (
    ALSO_GOOD,
    BAD,
    BREAKS_OFF,
    DEAD,
    GOOD,
    PACKAGES,
    UPSTREAM_FORM,
    Proxy,
    caddy,
    haproxy,
    image,
    lacking,
    nginx,
    of,
    serving,
)
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.serving import says
from tests.diagnostics.serving import serving as answering

Act = Callable[[Dockerd], Awaitable[Examination]]
Calls = Callable[[Proxy], None]

GOES = f"location / {{ proxy_pass http://127.0.0.1:{GOOD}; }}"
CUT = f"location /cut {{ proxy_pass http://127.0.0.1:{BREAKS_OFF}; }}"
HALF = f"""upstream half {{
  server 127.0.0.1:{GOOD} max_fails=0; server 127.0.0.1:{DEAD} max_fails=0;
}}"""
TO_HALF = "location / { proxy_pass http://half; }"
STANDARD = "access_log /dev/stdout;"
LIMIT = f"{STANDARD} limit_req_zone $server_port zone=all:1m rate=1r/s;"
APP = f"backend app\n  server s1 127.0.0.1:{GOOD}\n"
PAIR = f"backend app\n  server s1 127.0.0.1:{GOOD}\n  server s2 127.0.0.1:"
CHECKED = " check inter 100 fall 1"
ALONE = "reverse_proxy 127.0.0.1:"


def behind(program: str, config: str, *calls: Calls) -> Act:
    """A case of one proxy, called so."""

    async def act(engine: Dockerd) -> Examination:
        engine.clear()
        try:
            proxy = serving(engine, program, config)
            for call in calls:
                call(proxy)
            proxy.called()
            return await looked_at(of(engine))
        finally:
            engine.clear()

    return act


def call(*paths: str, times: int = 200, at_once: bool = False) -> Calls:
    return lambda proxy: proxy.call(*paths, times=times, at_once=at_once)


def taken_out(proxy: Proxy) -> None:
    """Return when the proxy has said that a server does not pass its check."""
    proxy.heard(b" is DOWN")


async def front_fails_back_end_well(engine: Dockerd) -> Examination:
    """502 at the front: the proxy calls a port on which nothing listens; the service is well on its own."""
    engine.clear()
    port, wrong = free_port(), free_port()
    config = nginx(f"location / {{ proxy_pass http://127.0.0.1:{wrong}; }}", port=port)
    try:
        proxy = serving(engine, "nginx", config, port=port, network="host")
        proxy.call("/", times=200)
        proxy.called()
        async with answering({"/health": says({"status": "ok"})}) as url:
            api: dict[str, object] = {"kind": "http", "name": "api", "url": url, "health": "/health"}
            return await looked_at(of(engine), api)
    finally:
        engine.clear()


async def nobody_calls_any_more(engine: Dockerd) -> Examination:
    """Steady requests that have ended a minute ago, by the clock of the engine."""
    engine.clear()
    try:
        proxy = serving(engine, "nginx", nginx(GOES))
        proxy.call("/", times=200, pause=0.2)
        proxy.called()
        async with proxied(engine, later=61) as ahead:
            place = {"url": ahead.address, "containers": ["edge"]}
            return await looked_at(of(engine) | {"docker": place})
    finally:
        engine.clear()


def stopped(proxy: Proxy) -> None:
    proxy.called()
    proxy.container.kill()
    proxy.container.wait()


async def killed(engine: Dockerd) -> Examination:
    engine.clear()
    try:
        proxy = serving(engine, "haproxy", haproxy(APP))
        proxy.call("/", times=200)
        stopped(proxy)
        return await looked_at(of(engine))
    finally:
        engine.clear()


@asynccontextmanager
async def opened() -> AsyncIterator[Dockerd]:
    if missing := lacking():
        raise AbsentError(f"{missing}; apt packages {PACKAGES}")
    async with engine_opened() as engine:
        image(engine)
        yield engine


def hang_up(proxy: Proxy) -> None:
    """Callers who wait half a second for what takes a minute."""
    proxy.call("/slow", times=20, at_once=True, wait=1)


PATIENT = f"location /slow {{ proxy_pass http://127.0.0.1:{GOOD}; proxy_read_timeout 30s; }}"
CROWD = (call("/", times=150), call("/slow", times=12, at_once=True))
ABORTS = "timeout server 30s\n  option abortonclose"
SLOW = call("/slow", times=20, at_once=True)
GROUP = Group(
    "Proxy",
    opened,
    (
        Case("Nginx, all well", NOTHING, behind("nginx", nginx(GOES), call("/"))),
        Case(
            "HAProxy, well, some 404 and 401",
            NOTHING,
            behind("haproxy", haproxy(APP), call("/"), call("/nothing", "/login", times=15)),
        ),
        Case(
            "Caddy, two servers, all well",
            NOTHING,
            behind("caddy", caddy(f"{ALONE}{GOOD} 127.0.0.1:{ALSO_GOOD}"), call("/")),
        ),
        Case(
            "a single 502 in little traffic",
            NOTHING,
            behind("nginx", nginx(GOES + CUT), call("/", times=20), call("/cut", times=1)),
        ),
        Case(
            "three 502 in much traffic",
            NOTHING,
            behind("nginx", nginx(GOES + CUT), call("/", times=400), call("/cut", times=3)),
        ),
        Case(
            "two tries of one server failed, repeated",
            NOTHING,
            behind("nginx", nginx(TO_HALF, UPSTREAM_FORM + HALF.replace(" max_fails=0", "")), call("/")),
        ),
        Case("502 at the front, the back end well", "PROXY_ROUTING", front_fails_back_end_well),
        Case(
            "Nginx, nothing listens behind it",
            "PROXY_ROUTING",
            behind("nginx", nginx(GOES.replace(str(GOOD), str(DEAD))), call("/")),
        ),
        Case(
            "HAProxy, no server passes its check",
            "PROXY_ROUTING",
            behind(
                "haproxy",
                haproxy(f"backend app\n  server s1 127.0.0.1:{DEAD}{CHECKED}"),
                taken_out,
                call("/"),
            ),
        ),
        Case(
            "Caddy, nothing listens behind it",
            "PROXY_ROUTING",
            behind("caddy", caddy(f"{ALONE}{DEAD}"), call("/")),
        ),
        Case(
            "Nginx, one of two servers dead, callers served",
            "ONE_SERVER_DOWN",
            behind("nginx", nginx(TO_HALF, UPSTREAM_FORM + HALF), call("/")),
        ),
        Case(
            "the same by its standard log",
            "ONE_SERVER_DOWN",
            behind("nginx", nginx(TO_HALF, STANDARD + HALF), call("/")),
        ),
        Case(
            "HAProxy, one of two servers taken out",
            "ONE_SERVER_DOWN",
            behind("haproxy", haproxy(f"{PAIR}{DEAD}{CHECKED}"), taken_out, call("/")),
        ),
        Case(
            "HAProxy, one of two servers answers 500",
            "ONE_SERVER_DOWN",
            behind("haproxy", haproxy(f"{PAIR}{BAD}"), call("/")),
        ),
        Case("Nginx, slow to 504", "BACK_END_TIMEOUT", behind("nginx", nginx(GOES), call("/"), SLOW)),
        Case("HAProxy, slow to 504", "BACK_END_TIMEOUT", behind("haproxy", haproxy(APP), call("/"), SLOW)),
        Case(
            "Nginx, connections ended in mid-answer",
            "BACK_END_BREAKS_OFF",
            behind("nginx", nginx(GOES + CUT), call("/"), call("/cut", times=20)),
        ),
        Case(
            "Caddy, connections ended in mid-answer",
            "BACK_END_BREAKS_OFF",
            behind("caddy", caddy(f"{ALONE}{BREAKS_OFF}"), call("/")),
        ),
        Case(
            "the application's own 500",
            "HTTP_ERRORS",
            behind("nginx", nginx(GOES), call("/"), call("/bad", times=20)),
        ),
        Case(
            "the application's own 502",
            "HTTP_ERRORS",
            behind("haproxy", haproxy(APP), call("/"), call("/own502", times=20)),
        ),
        Case(
            "callers limited (429)",
            "RATE_LIMITED",
            behind("nginx", nginx(f"limit_req zone=all; limit_req_status 429; {GOES}", LIMIT), call("/")),
        ),
        Case(
            "callers limited, as Nginx does it (503)",
            "RATE_LIMITED",
            behind("nginx", nginx(f"limit_req zone=all; {GOES}", LIMIT), call("/")),
        ),
        Case(
            "refused logins",
            "LOGINS_REFUSED",
            behind("caddy", caddy(f"{ALONE}{GOOD}"), call("/", times=50), call("/login")),
        ),
        Case(
            "the proxy out of connections",
            "PROXY_EXHAUSTED",
            behind("nginx", nginx(GOES).replace("events {}", "events { worker_connections 8; }"), *CROWD),
        ),
        Case(
            "callers who hang up, Nginx",
            "BACK_END_TIMEOUT",
            behind("nginx", nginx(GOES + PATIENT), call("/"), hang_up),
        ),
        Case(
            "callers who hang up, HAProxy",
            "BACK_END_TIMEOUT",
            behind("haproxy", haproxy(APP).replace("timeout server 1s", ABORTS), call("/"), hang_up),
        ),
        Case(
            "files gone (404)",
            "PATHS_LOST",
            behind("haproxy", haproxy(APP), call("/", times=50), call("/nothing")),
        ),
        Case("nobody calls any more", "TRAFFIC_LOST", nobody_calls_any_more),
        Case("the proxy killed", "PROXY_DOWN", killed),
    ),
)
