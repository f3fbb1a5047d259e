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


class Listener(threading.Thread):
    """Reads what a program says to its end, since a full pipe would stop it; `heard` once it is ready."""

    def __init__(self, stream: IO[str], ready: str) -> None:
        super().__init__()
        self._stream = stream
        self._ready = ready
        self.heard = threading.Event()
        self.said = ""

    def run(self) -> None:
        for line in self._stream:
            if not self.heard.is_set():
                self.said += line
            if self._ready in line:
                self.heard.set()
        self.heard.set()


@contextmanager
def program(command: Sequence[str], ready: str) -> Iterator[int]:
    """A program that runs for the length of the block, from the moment it says that it is ready; its pid."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as running:
        assert running.stderr is not None
        listener = Listener(running.stderr, ready)
        listener.start()
        try:
            listener.heard.wait(30)
            assert ready in listener.said, f"{command[0]} did not start: {listener.said}"
            yield running.pid
        finally:
            if running.poll() is None:
                os.kill(running.pid, signal.SIGCONT)
                running.terminate()
            running.wait(30)
            listener.join()


@contextmanager
def prometheus(folder: Path, config: str = "", *flags: str) -> Iterator[Server]:
    """A Prometheus on the data in the folder."""
    (folder / "prometheus.yml").write_text(config)
    port = free_port()
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
        *flags,
    ]
    with program(command, READY) as pid:
        yield Server(f"http://127.0.0.1:{port}", pid)
