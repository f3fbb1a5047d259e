"""The root filesystem of a small machine of this machine's Debian packages: systemd, D-Bus, polkit, sshd."""

import grp
import pwd
import tarfile
from pathlib import Path

from tests.project.image import debian
from tests.project.image.rootfs import Rootfs

PACKAGES = ("systemd", "dbus", "polkitd", "openssh-server")
ACCOUNTS = ("messagebus", "polkitd", "sshd")  # as their packages made them here
MASTERS = Path("/usr/share/base-passwd")
JOURNAL = frozenset({"systemd-journald.socket", "systemd-journald.service"})
TARGET = "tests.target"
BOOTED = """
[Unit]
Requires=dbus.socket ssh.service
After=dbus.socket ssh.service
"""


def lacking() -> str:
    """The packages that are missing here; empty if none is."""
    if not Path("/var/lib/dpkg/status").exists():
        return "Debian"
    machine = debian.Machine()
    return " ".join(name for name in PACKAGES if not machine.has(name))


def written(target: Path) -> Path:
    """The tree in a tar file, so that it starts nothing but what the tests ask for."""
    machine = debian.Machine()
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        rootfs = Rootfs(archive)
        _accounts(rootfs)
        _configured(rootfs)
        for path in debian.files(machine.with_needs([*machine.essential(), *PACKAGES])):
            if path.parent.suffix != ".wants" or path.name in JOURNAL:
                rootfs.take(path)
    return target


def _accounts(rootfs: Rootfs) -> None:
    people = [pwd.getpwnam(name) for name in ACCOUNTS]
    groups = [grp.getgrgid(person.pw_gid) for person in people]
    users = "".join(f"{p.pw_name}:x:{p.pw_uid}:{p.pw_gid}::{p.pw_dir}:{p.pw_shell}\n" for p in people)
    named = "".join(f"{g.gr_name}:x:{g.gr_gid}:\n" for g in groups if g.gr_name != "nogroup")
    rootfs.write(Path("/etc/passwd"), (MASTERS / "passwd.master").read_bytes() + users.encode())
    rootfs.write(Path("/etc/group"), (MASTERS / "group.master").read_bytes() + named.encode())
    rootfs.write(Path("/etc/shadow"), b"", mode=0o640)


def _configured(rootfs: Rootfs) -> None:
    """What the packages' scripts would have made."""
    rootfs.link(Path("/bin/sh").resolve().with_name("sh"), "dash")
    rootfs.write(Path("/etc/ssh/sshd_config"), Path("/usr/share/openssh/sshd_config").read_bytes())
    rootfs.write(Path("/etc/environment"), b"")
    rootfs.write(Path("/etc/default/locale"), b"")
    for file in sorted(Path("/etc/pam.d").glob("common-*")):
        rootfs.take(file)
    rootfs.write(Path("/etc/systemd/system", TARGET), BOOTED.encode())
