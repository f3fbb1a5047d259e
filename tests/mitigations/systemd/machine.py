"""A machine of the tests' own: a real systemd in a container, set up by the lines of docs/operating.md."""

import io
import re
import socket
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
from docker.models.containers import Container

from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.redis.server import free_port
from tests.mitigations.systemd import tree

PAGE = Path(__file__).parents[3] / "docs" / "operating.md"
END, TRIES = ".", 5
IMAGE = "local/systemd"
PLACEHOLDER = "ssh-ed25519 AAAA… tocsin"
UP = 30.0  # seconds
IDLE = "ExecStart=/bin/sleep infinity"
LISTED = ("nginx.service", "payments.service")  # whom the page's rule for polkit names


class UnstartedError(Exception):
    """systemd did not come up; the end of what it said."""


@dataclass
class Machine:
    """One machine; its sshd listens on this machine's loopback."""

    container: Container
    port: int
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    host_key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))

    def run(self, script: str) -> str:
        """What a shell of root's says there; it must end well."""
        done = self.container.exec_run(["/bin/sh", "-euc", script])
        assert isinstance(done.output, bytes)
        text = done.output.decode()
        assert done.exit_code == 0, text
        return text.strip()

    def unit(self, name: str, *lines: str, about: str = "") -> None:
        """Write a service of those lines and let systemd know."""
        text = "\n".join(["[Unit]", about, "[Service]", *lines])
        self.run(f"printf '%s\n' '{text}' > /etc/systemd/system/{name}; systemctl daemon-reload")

    def show(self, name: str, *properties: str) -> list[str]:
        """Those properties as systemctl tells them."""
        return [self._told(f"systemctl show --value -p {each} {name}") for each in properties]

    def _told(self, question: str) -> str:
        """The answer to what may be asked twice: a busy engine can lose what a short command says."""
        for _ in range(TRIES):
            said, end, _ = self.run(f"{question}; echo {END}").rpartition(END)
            if end:
                return said.strip()
        raise AssertionError(f"the engine lost every answer to {question}")

    def fresh(self) -> None:
        """Both units of the page run anew."""
        names = " ".join(LISTED)
        for name in LISTED:
            self.unit(name, IDLE)
        self.run(f"systemctl stop {names}; systemctl reset-failed; systemctl start {names}")

    def section(self, **settings: object) -> dict[str, object]:
        """What services.toml would say about it."""
        return {
            "kind": "systemd",
            "actions": ["restart", "start"],
            "host": "127.0.0.1",
            "port": self.port,
            "user": "tocsin-units",
            "key": self.key.export_private_key().decode(),
            "known_hosts": f"[127.0.0.1]:{self.port} {public(self.host_key)}",
            "units": ["nginx.service"],
            "started_within": 20,
            "settle": 0.2,
        } | settings


def public(key: asyncssh.SSHKey) -> str:
    return str(key.export_public_key().decode()).strip()


def recipe(key: asyncssh.SSHKey) -> str:
    """The lines of the operators' page, with this key in its place."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (lines,) = (block for block in blocks if "polkit.addRule" in block)
    assert PLACEHOLDER in lines
    return str(lines.replace(PLACEHOLDER, public(key)))


@contextmanager
def running(engine: Dockerd, folder: Path) -> Iterator[Machine]:
    """A machine that has booted and on which the page's lines have been run."""
    archive = tree.written(folder / "tree.tar")
    engine.client.api.import_image_from_file(str(archive), repository=IMAGE, tag="1")
    archive.unlink()
    machine = Machine(_container(engine), free_port())
    machine.container.put_archive("/etc/ssh", _packed(_files(machine)))
    machine.container.start()
    try:
        _listening(machine)
        for name in LISTED:
            machine.unit(name, IDLE)
        machine.run(recipe(machine.key))
        machine.run("systemctl restart ssh")  # the page's reload does not wait until it is through
        yield machine
    finally:
        machine.container.remove(force=True)


def _container(engine: Dockerd) -> Container:
    """Not privileged: systemd needs to mount and to make groups of its own, and no devices."""
    return engine.client.containers.create(  # type: ignore[no-any-return, unused-ignore] # as its stubs have it
        f"{IMAGE}:1",
        ["/usr/lib/systemd/systemd", f"--unit={tree.TARGET}", "--log-target=console", "--show-status=false"],
        name="machine",
        network_mode="host",
        cgroupns="host",
        cap_add=["SYS_ADMIN"],
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        environment={"container": "docker"},
        tmpfs={"/run": "exec", "/tmp": ""},  # noqa: S108 -- within the container
        volumes={"/sys/fs/cgroup": {"bind": "/sys/fs/cgroup", "mode": "rw"}},
    )


def _files(machine: Machine) -> Mapping[str, bytes]:
    return {
        "ssh_host_ed25519_key": machine.host_key.export_private_key(),
        "sshd_config.d/port.conf": f"Port {machine.port}\nListenAddress 127.0.0.1\n".encode(),
    }


def _packed(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def _listening(machine: Machine) -> None:
    """Wait for its sshd, which tells nobody when it is there."""
    deadline = time.monotonic() + UP
    while True:
        try:
            socket.create_connection(("127.0.0.1", machine.port), timeout=1).close()
        except OSError:
            machine.container.reload()
            if time.monotonic() > deadline or machine.container.status != "running":
                raise UnstartedError(machine.container.logs().decode()[-2_000:]) from None
            time.sleep(0.05)
        else:
            return
