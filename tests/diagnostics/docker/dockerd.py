"""A real Docker Engine of the tests' own: without a bridge, one image of busybox, ended without a trace."""

import io
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.models.containers import Container

from tests.frozen import frozen

IMAGE = "local/busybox:1"
PACKAGES = "docker.io busybox-static iptables"
UP = 30.0  # seconds
DOWN = 30.0


class UnstartedError(Exception):
    """The engine did not start; the end of its log says why."""


class Dockerd:
    """One engine; `address` is that of its socket."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.socket = home / "docker.sock"
        self.address = f"unix://{self.socket}"
        self.pid = 0
        self._client: docker.DockerClient | None = None

    @property
    def client(self) -> docker.DockerClient:
        assert self._client
        return self._client

    def start(self) -> None:
        folders = ("--data-root", "data"), ("--exec-root", "exec"), ("--pidfile", "pid")
        command = ["dockerd", "-H", self.address, "--bridge=none", "--storage-driver=overlay2"]
        command += ["--iptables=false", "--ip6tables=false"]
        command += [word for option, name in folders for word in (option, str(self.home / name))]
        with (self.home / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self.pid = self._process.pid
        deadline = time.monotonic() + UP
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise UnstartedError((self.home / "log").read_text()[-2_000:])
            time.sleep(0.05)
        self._client = docker.DockerClient(self.address, timeout=30)
        self._client.api.import_image_from_data(
            _rootfs(), repository="local/busybox", tag="1", changes=['CMD ["/bin/sh"]', "ENV PATH=/bin"]
        )

    def stop(self) -> None:
        if self._client:
            self.clear()
            self._client.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(DOWN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for mount in self.mounts():
            subprocess.run(["umount", mount], check=True)
        shutil.rmtree(self.home)

    def clear(self) -> None:
        for container in self.client.containers.list(all=True):
            container.remove(force=True, v=True)

    def run(self, name: str, script: str, **options: object) -> Container:
        return self.client.containers.run(  # type: ignore[no-any-return, call-overload, unused-ignore] # the options of a test
            IMAGE, ["/bin/sh", "-c", script], name=name, detach=True, network_mode="none", **options
        )

    def heard(self, container: Container, action: str, *, times: int = 1) -> None:
        """Return when the engine has said so often that this has happened."""
        said = self.client.events(since=0, filters={"container": container.id}, decode=True)
        for event in said:
            times -= event["Action"] == action
            if not times:
                said.close()
                return

    def mounts(self) -> list[str]:
        lines = Path("/proc/self/mounts").read_text().splitlines()
        return [line.split()[1] for line in lines if line.split()[1].startswith(str(self.home))][::-1]

    def processes(self) -> list[str]:
        """The command lines of what still runs for this engine."""
        found = []
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.home) in line:
                found.append(line)
        return found

    @contextmanager
    def frozen(self) -> Iterator[None]:
        with frozen(self.pid):
            yield

    def _answers(self) -> bool:
        if not self._listens():
            return False
        client = docker.APIClient(self.address, version="1.41", timeout=5)
        try:
            return bool(client.ping())
        except Exception:  # noqa: BLE001 -- not yet
            return False
        finally:
            client.close()

    def _listens(self) -> bool:
        """Asked before the SDK, which leaves a socket that could not connect to the collector of garbage."""
        with socket.socket(socket.AF_UNIX) as door:
            return not door.connect_ex(str(self.socket))


def lacking() -> str:
    """What keeps an engine from being started here; empty if nothing does."""
    programs = [name for name in ("dockerd", "busybox", "iptables") if not shutil.which(name)]
    if os.geteuid():
        return "A root user, whom Docker needs,"
    return f"Docker Engine ({', '.join(programs)})" if programs else ""


@contextmanager
def running() -> Iterator[Dockerd]:
    engine = Dockerd(Path(tempfile.mkdtemp(prefix="tocsin-dockerd-")))
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()


def labels(project: str, service: str) -> Mapping[str, str]:
    """What compose writes on its containers."""
    return {"com.docker.compose.project": project, "com.docker.compose.service": service}


def _rootfs() -> bytes:
    busybox = shutil.which("busybox") or "busybox"
    applets = subprocess.run([busybox, "--list"], capture_output=True, check=True, text=True).stdout.split()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(busybox, "bin/busybox")
        for applet in applets:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            if applet != "busybox":
                archive.addfile(link)
        for folder in ("tmp", "etc", "proc", "dev", "sys"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
    return packed.getvalue()
