"""Stand-ins for images that a registry would give: this machine's Debian packages under their names."""

import ast
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from tests.project.image import debian
from tests.project.image.rootfs import Rootfs

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SLIM = ("apt", "ca-certificates", "netbase", "tzdata")  # what the real base has besides essential packages
ENTRYPOINT = Path(__file__).with_name("postgres-entrypoint.sh")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ASKED = """
import ensurepip, json, sys, sysconfig, venv
paths = [sys.base_prefix, sysconfig.get_path("stdlib"), sysconfig.get_config_var("LIBPL")]
print(json.dumps([sys.version.split()[0], *paths]))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """A Python of this machine and where its parts are."""

    version: str
    prefix: Path
    stdlib: Path
    for_linking: Path

    @property
    def name(self) -> str:
        return f"python{'.'.join(self.version.split('.')[:2])}"

    @property
    def program(self) -> Path:
        return Path(self.prefix, "bin", self.name).resolve()


def python(wanted: str) -> Python:
    """The Python that is wanted ("3.13") where this machine has it whole, else the one that tests run on."""
    for program in filter(None, [shutil.which(f"python{wanted}"), sys.executable]):
        asked = subprocess.run([program, "-c", _ASKED], capture_output=True, text=True, check=False)
        if not asked.returncode:
            version, *places = json.loads(asked.stdout)
            return Python(version, *map(Path, places))
    raise LookupError("The Python of these tests cannot make a virtual environment; install python3-venv.")


def lacking() -> tuple[str, str]:
    """What keeps the images from being made here, and the packages that bring it; empty if nothing does."""
    if not Path("/var/lib/dpkg/status").exists():
        return "Debian, whose packages the images are made of,", "it"
    machine = debian.Machine()
    packages = [name for name in SLIM if not machine.has(name)]
    packages += [] if machine.named(r"postgresql-\d+") else ["postgresql-15"]
    return ("A package that the images are made of", " ".join(packages)) if packages else ("", "")


def server() -> str:
    """The newest of Debian's packages of PostgreSQL that is installed here."""
    return debian.Machine().named(r"postgresql-\d+")[-1]


def slim_python(target: Path, python: Python) -> str:
    """Write the stand-in for a slim Python on Debian into a tar file; the PATH that it needs."""
    linked = debian.libraries([python.program, *python.stdlib.glob("lib-dynload/*.so")])
    owned = debian.owners([python.program])
    packages = {*SLIM, *owned, *debian.owners(linked)}
    with _archive(target) as rootfs:
        if owned:
            packages.add(f"{python.name}-venv")
        else:
            for path in (python.program, *(path for path in linked if path.is_relative_to(python.prefix))):
                rootfs.take(path)
            without = {"__pycache__", "site-packages", "test", python.for_linking.name}
            rootfs.take_tree(python.stdlib, without=without)
        rootfs.link(python.program.with_name("python"), python.program.name)
        rootfs.write(Path("/etc/pip.conf"), _pip_configuration())
        _install(rootfs, packages)
    return f"{python.program.parent}:{SYSTEM_PATH}"


def postgresql(target: Path) -> None:
    """Write the stand-in for PostgreSQL's image into a tar file: Debian's server, whatever its version."""
    package = server()
    with _archive(target) as rootfs:
        rootfs.link(Path("/usr/local/postgresql"), f"/usr/lib/postgresql/{package.rpartition('-')[2]}")
        rootfs.write(Path("/usr/local/bin/entrypoint"), ENTRYPOINT.read_bytes(), mode=0o755)
        _install(rootfs, {package}, accounts="postgres:x:999:999::/var/lib/postgresql:/bin/sh\n")


@contextmanager
def _archive(target: Path) -> Iterator[Rootfs]:
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        yield Rootfs(archive)


def _install(rootfs: Rootfs, packages: Iterable[str], *, accounts: str = "") -> None:
    """The packages' files, and what their scripts would have made of them."""
    machine, masters = debian.Machine(), Path("/usr/share/base-passwd")
    groups = "".join(f"{line.split(':')[0]}:x:{line.split(':')[2]}:\n" for line in accounts.splitlines())
    rootfs.write(Path("/etc/passwd"), (masters / "passwd.master").read_bytes() + accounts.encode())
    rootfs.write(Path("/etc/group"), (masters / "group.master").read_bytes() + groups.encode())
    rootfs.link(Path("/bin/sh").resolve().with_name("sh"), "dash")
    if CERTIFICATES.exists():
        rootfs.write(CERTIFICATES, CERTIFICATES.read_bytes())
    for path in debian.files(machine.with_needs([*machine.essential(), *packages])):
        rootfs.take(path)


def _pip_configuration() -> bytes:
    """How pip finds its index on this machine, without folders of this machine, which no container sees."""
    parser = RawConfigParser()
    parser.add_section("global")
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    for line in sorted(
        said.splitlines(), reverse=True
    ):  # what the environment says (":env:") comes last and wins
        key, _, value = line.partition("=")
        words = str(ast.literal_eval(value)).split()
        elsewhere = [
            word for word in words if not word.startswith(("/", "file:")) or word == str(CERTIFICATES)
        ]
        if elsewhere:
            parser.set("global", key.rpartition(".")[2], "\n".join(elsewhere))
    written = StringIO()
    parser.write(written)
    return written.getvalue().encode()
