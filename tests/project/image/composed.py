"""A clone of this repository as an operator has it, built and run by the real programs."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from docker.models.containers import Container

from tests.diagnostics.docker.dockerd import Dockerd

ROOT = Path(__file__).parents[3]
PROJECT = "tocsin"
BESIDE_THE_ENGINE = "/usr/bin"  # Debian's client builds with the engine's BuildKit; newer ones want a plugin
PATIENCE = 240.0  # seconds; a build fetches its requirements


class FailedError(Exception):
    """A program that did not do what it should; the end of what it said."""


def cloned(folder: Path) -> Path:
    """A copy of what git would hand out, readable by its owner alone, as a strict umask leaves it."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for source in {ROOT / name for name in names.split("\0") if name}:
        if source.is_file():
            copy = folder / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


class Composed:
    """The services of compose.yml on this engine."""

    def __init__(self, folder: Path, engine: Dockerd) -> None:
        self.folder = folder
        self._engine = engine
        # Debian's compose 1.29 does not know `name`; it is told the same on its command line.
        text = (folder / "compose.yml").read_text()
        self.settings({"POSTGRES_PASSWORD": "not-yet"})
        (folder / "compose-1.29.yml").write_text(re.sub(r"^name: .*\n", "", text, flags=re.MULTILINE))

    def build(self) -> str:
        """What README.md's `docker compose up` builds, in this machine's network; what was said."""
        docker = shutil.which("docker", path=BESIDE_THE_ENGINE) or "docker"
        return self._said(docker, "build", "--network", "host", *self._proxies(), "--tag", "tocsin", ".")

    def compose(self, *words: str) -> str:
        return self._said("docker-compose", "-p", PROJECT, "-f", "compose-1.29.yml", *words)

    def settings(self, values: Mapping[str, str]) -> None:
        """Write .env, and let the containers' user read config/, as docs/operating.md asks."""
        lines = [f"{name}={value}\n" for name, value in values.items()]
        (self.folder / ".env").write_text("".join(lines))
        for path in ((self.folder / "config"), *(self.folder / "config").rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def container(self, service: str) -> Container:
        labels = [f"com.docker.compose.project={PROJECT}", f"com.docker.compose.service={service}"]
        found = self._engine.client.containers.list(all=True, filters={"label": labels})
        assert len(found) == 1
        return found[0]

    def gateway(self) -> str:
        """This machine's own address on the project's network; nothing but its containers reaches it."""
        network = self._engine.client.networks.list(names=[f"{PROJECT}_default"])[0]
        return str(network.attrs["IPAM"]["Config"][0]["Gateway"])

    def _said(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise FailedError(
                f"{' '.join(command[:4])} ended with {done.returncode}:\n{done.stdout[-3_000:]}"
            )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """The tests' own, without what compose would take from it before .env."""
        own = {"DOCKER_HOST": self._engine.address, "DOCKER_BUILDKIT": "1", "DOCKER_CONFIG": str(self.folder)}
        return {name: value for name, value in os.environ.items() if name != "POSTGRES_PASSWORD"} | own

    def _proxies(self) -> list[str]:
        """The proxies of this machine, for the time of the build alone; docker keeps them in no layer."""
        set_here = [name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "no_proxy"}]
        return [word for name in set_here for word in ("--build-arg", name)]
