"""A real Prometheus: started on loopback by its own words, with a history made before it starts."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

READY = "Server is ready to receive web requests"


@dataclass
class History:
    """Series with their points, as OpenMetrics has them."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, metric: str, labels: Mapping[str, str], points: Iterable[tuple[float, float]]) -> None:
        inner = ",".join(f'{name}="{value}"' for name, value in labels.items())
        rows = (f"{metric}{{{inner}}} {value} {time}" for time, value in points)
        self.lines.setdefault(metric, []).extend(rows)

    def written(self, folder: Path) -> None:
        """Make the blocks of a Prometheus out of it."""
        text = folder / "history.txt"
        lines = (line for lines in self.lines.values() for line in lines)
        text.write_text("\n".join([*lines, "# EOF\n"]))
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "data")]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


@dataclass(frozen=True)
class Server:
    url: str
    pid: int


def needed(missing: Callable[[str, str], NoReturn], program: str, package: str) -> str:
    return shutil.which(program) or missing(program, package)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def program(command: Sequence[str], ready: str) -> Iterator[int]:
    """A program that runs for the length of the block, from the moment it says that it is ready; its pid."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as running:
        stream = running.stderr
        assert stream is not None
        try:
            said = _until(stream, ready)
            assert ready in "".join(said[-1:]), f"{command[0]} did not start: {said}"
            reader = threading.Thread(target=lambda: list(stream))  # a full pipe would stop it
            reader.start()
            yield running.pid
        finally:
            if running.poll() is None:
                os.kill(running.pid, signal.SIGCONT)
                running.terminate()
            running.wait(30)
    reader.join()


def _until(stream: IO[str], ready: str) -> list[str]:
    said = []
    for line in stream:
        said.append(line)
        if ready in line:
            break
    return said


@contextmanager
def prometheus(folder: Path, config: str = "") -> Iterator[Server]:
    """A Prometheus on the data in the folder."""
    (folder / "prometheus.yml").write_text(config)
    port = free_port()
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with program(command, READY) as pid:
        yield Server(f"http://127.0.0.1:{port}", pid)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process of ours that stands still for the length of the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
