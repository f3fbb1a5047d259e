"""Real proxies in containers of a real engine, with real back ends behind them and callers before them."""

import io
import re
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from tests.diagnostics.docker.dockerd import IMAGE, Dockerd

PACKAGES = "nginx-light haproxy caddy"
PROGRAMS = ("nginx", "haproxy", "caddy")
PROXIED = "local/proxies:1"
PORT = 8000
GOOD, ALSO_GOOD, BAD, STUCK, BREAKS_OFF, DEAD = 9001, 9002, 9003, 9004, 9005, 9009
LIBRARY = re.compile(r"(/\S+) \(0x")
LAST = "/the-last-one"
LONGEST = 120.0  # seconds that callers may take together
BEHIND = f"""
daemon on; user root; worker_processes 1; pid /tmp/behind.pid; error_log /dev/null;
events {{}}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{GOOD}; listen 127.0.0.1:{ALSO_GOOD};
    location / {{ return 200 ok; }}
    location /slow {{ proxy_pass http://127.0.0.1:{STUCK}; proxy_connect_timeout 60s; }}
    location /bad {{ return 500; }}
    location /own502 {{ return 502; }}
    location /login {{ return 401; }}
    location /nothing {{ return 404; }}
    location /maintenance {{ return 503; }}
  }}
  server {{ listen 127.0.0.1:{BAD}; return 500; }}
}}
"""
START = f"""
cat > /tmp/behind.conf <<'END'
{BEHIND}
END
nginx -c /tmp/behind.conf
nc -ll -p {STUCK} -e /bin/sleep 60 &
nc -ll -p {BREAKS_OFF} -e /bin/true &
cat > /tmp/proxy.conf <<'END'
%s
END
exec %s
"""
COMMANDS: Mapping[str, str] = {
    "nginx": "nginx -c /tmp/proxy.conf",
    "haproxy": "haproxy -f /tmp/proxy.conf",
    "caddy": "caddy run --config /tmp/proxy.conf --adapter caddyfile",
}
UPSTREAM_FORM = (
    'log_format upstream \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" rt=$request_time ua="$upstream_addr" us="$upstream_status" '
    'uht="$upstream_header_time"\'; access_log /dev/stdout upstream;'
)


def lacking() -> str:
    """Which proxies are not on this machine; empty if all are."""
    return ", ".join(each for each in PROGRAMS if not shutil.which(each, path="/usr/sbin:/usr/bin"))


def image(engine: Dockerd) -> None:
    """Busybox with the proxies of this machine, under their own image."""
    container = engine.client.containers.create(IMAGE, name="base")
    base = io.BytesIO(b"".join(container.export()))  # type: ignore[arg-type, unused-ignore] # its stubs say str
    container.remove()
    packed = io.BytesIO()
    with tarfile.open(fileobj=base) as old, tarfile.open(fileobj=packed, mode="w") as new:
        for entry in old:
            if entry.name not in {"etc/passwd", "etc/group"}:
                new.addfile(entry, old.extractfile(entry) if entry.isfile() else None)
        for path in sorted({each for program in PROGRAMS for each in _files(program)}):
            new.add(path.resolve(), str(path).lstrip("/"))
        for folder in ("var", "var/log", "var/log/nginx", "var/lib", "var/lib/nginx", "run"):
            made = tarfile.TarInfo(folder)
            made.type, made.mode = tarfile.DIRTYPE, 0o755
            new.addfile(made)
        for name, text in (("passwd", b"root:x:0:0:root:/tmp:/bin/sh\n"), ("group", b"root:x:0:\n")):
            file = tarfile.TarInfo(f"etc/{name}")
            file.size = len(text)
            new.addfile(file, io.BytesIO(text))
    engine.client.api.import_image_from_data(
        packed.getvalue(), repository="local/proxies", tag="1", changes=["ENV PATH=/bin:/usr/sbin:/usr/bin"]
    )


def _files(program: str) -> Iterator[Path]:
    """The program and the libraries that it is bound to."""
    place = shutil.which(program, path="/usr/sbin:/usr/bin")
    assert place
    yield Path(place)
    said = subprocess.run(["ldd", place], capture_output=True, text=True, check=False).stdout
    yield from (Path(found[1]) for found in LIBRARY.finditer(said))


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that serves; `port` is where."""

    engine: Dockerd
    container: Container
    port: int

    def ready(self) -> None:
        """Return when it listens."""
        listens = f"cat /proc/net/tcp /proc/net/tcp6 | grep -q ':{self.port:04X} 0*:0000 0A'"
        self._do(f"n=0; until {listens}; do n=$((n+1)); test $n -lt 300; sleep 0.05; done")

    def call(
        self, *paths: str, times: int = 1, at_once: bool = False, pause: float = 0, wait: int = 30
    ) -> None:
        """Let callers ask for each path so often; return when all were answered, well or not.

        A pause, in seconds, spreads them over time; so many seconds callers wait.
        """
        wget = " ; ".join(
            f"timeout {wait} wget -q -O /dev/null 'http://127.0.0.1:{self.port}{path}'" for path in paths
        )
        each = f"({wget}) &" if at_once else f"{wget}; sleep {pause};" if pause else f"{wget};"
        self._do(f"for n in $(seq {times}); do {each} done 2>/dev/null; wait; true")

    def called(self) -> None:
        """Call a last time, and return when the engine holds what the proxy wrote of it."""
        self.call(LAST)
        self.heard(LAST.encode())

    def heard(self, *words: bytes) -> None:
        """Return when one of these stands in what the engine holds of its log; fails after half a minute."""
        lines = self.container.logs(stream=True, follow=True)
        bound = threading.Timer(30, ended, [lines])
        bound.start()
        try:
            held = b""
            for piece in lines:
                held = (held + piece)[-8_000:]
                if any(word in held for word in words):
                    return
            raise AssertionError(held)
        finally:
            bound.cancel()
            ended(lines)

    def _do(self, script: str) -> None:
        api = self.engine.client.api
        run = api.exec_create(self.container.id, ["/bin/sh", "-c", script])["Id"]
        said: Any = api.exec_start(run, socket=True)  # the SDK's own reading would leave the socket open
        said._sock.settimeout(LONGEST)  # noqa: SLF001 -- the client's own time-out is shorter than some calls take
        while said.read(4_096):
            pass
        said._sock.close()  # noqa: SLF001 -- which nothing else closes
        said.close()
        assert api.exec_inspect(run)["ExitCode"] == 0


def ended(said: Any) -> None:  # noqa: ANN401 -- a stream of the SDK's, whose types hide what is closed here
    """Let go of a log that is followed; its own way of closing leaves the socket open."""
    said.close()
    said._response.close()  # noqa: SLF001 -- what holds it


def serving(engine: Dockerd, program: str, config: str, *, port: int = PORT, network: str = "none") -> Proxy:
    """A proxy with this configuration in the container `edge`, once it listens."""
    container = engine.client.containers.run(
        PROXIED,
        ["/bin/sh", "-c", START % (config, COMMANDS[program])],
        name="edge",
        detach=True,
        network_mode=network,
        environment={"HOME": "/tmp"},  # noqa: S108 -- inside of the container
    )
    proxy = Proxy(engine, container, port)
    proxy.ready()
    return proxy


def nginx(locations: str, http: str = "access_log /dev/stdout;", *, port: int = PORT) -> str:
    """A configuration of Nginx, whose time-outs are a second."""
    return f"""
    daemon off; user root; worker_processes 1; pid /tmp/proxy.pid; error_log /dev/stderr;
    events {{}}
    http {{
      {http}
      proxy_connect_timeout 1s; proxy_read_timeout 1s;
      server {{ listen 127.0.0.1:{port}; {locations} }}
    }}
    """


def haproxy(backends: str, rules: str = "") -> str:
    """A configuration of HAProxy; the requests go to the back end `app` unless the rules say otherwise."""
    return f"""
global
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  retries 0
  timeout connect 1s
  timeout client 5s
  timeout server 1s
frontend web
  bind 127.0.0.1:{PORT}
  {rules}
  default_backend app
{backends}
"""


def caddy(handling: str) -> str:
    """A configuration of Caddy."""
    return f"""
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{PORT} {{
  log {{
    output stdout
    format json
  }}
  {handling}
}}
"""


def of(engine: Dockerd, **more: object) -> dict[str, object]:
    """A section about it, whose window is the shortest that there is."""
    place = {"url": engine.address, "containers": ["edge"]}
    return {"kind": "proxy", "name": "proxy", "docker": place, "logs": {"window": 60}, **more}
