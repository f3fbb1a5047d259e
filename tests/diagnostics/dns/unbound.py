"""A real Unbound of the tests' own: on a loopback port, with zones of its own, asking nobody outside."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.diagnostics.redis.server import free_port

PACKAGE = "unbound"
READY = "start of service"
ZONES = ("shop.test.", "cdn.test.", ".")  # with a root of its own it asks nobody
CONFIG = """
server:
  interface: 127.0.0.1
  port: {port}
  directory: "{home}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  module-config: "validator iterator"
  local-zone: "test." transparent
  {settings}
forward-zone:
  name: "example.com."
  forward-addr: 127.0.0.1@{nobody}
remote-control:
  control-enable: no
"""
ZONE = """
auth-zone:
  name: "{zone}"
  for-upstream: yes
  for-downstream: no
  zonefile: "zone {zone}"
"""
HEAD = """
$ORIGIN {zone}
$TTL 60
@ SOA ns ops 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
"""
STALE_DS = f'trust-anchor: "shop.test. DS 12345 8 2 {"A" * 64}"'  # of a key that the zone does not have


@dataclass(frozen=True, slots=True)
class Unbound:
    """One that serves; `address` is as in services.toml."""

    address: str
    pid: int


def lacking() -> str:
    """What is not on this machine; empty if Unbound is."""
    return "" if _program() else "Unbound"


@contextmanager
def running(
    *records: str, settings: tuple[str, ...] = (), elsewhere: tuple[str, ...] = ()
) -> Iterator[Unbound]:
    """An Unbound until the block ends; what is below example.com it asks where nobody is.

    Args:
        records: of the zone shop.test, as in a zone file, such as "@ A 10.0.0.1".
        settings: further lines of the part "server" of its configuration.
        elsewhere: records of the zone cdn.test.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-unbound-") as folder:
        home, port = Path(folder), free_port()
        config = CONFIG.format(home=home, port=port, nobody=free_port(), settings="\n  ".join(settings))
        for zone, of_it in zip(ZONES, (records, elsewhere, ()), strict=True):
            config += ZONE.format(zone=zone)
            (home / f"zone {zone}").write_text(
                "\n".join((HEAD.format(zone=zone), *of_it, "")), encoding="utf-8"
            )
        (home / "config").write_text(config, encoding="utf-8")
        with subprocess.Popen(
            [_program(), "-d", "-c", str(home / "config")], stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                _serves(process)
                yield Unbound(f"127.0.0.1:{port}", process.pid)
            finally:
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGCONT)
                    process.terminate()


def _program() -> str:
    return shutil.which("unbound", path="/usr/sbin:/usr/bin") or ""


def _serves(process: "subprocess.Popen[str]") -> None:
    """Until it says so; its sockets are open by then."""
    assert process.stderr
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if READY in line:
            return
    raise AssertionError("".join(said))
