"""A real Exim of the tests' own: on a loopback port, in a folder of its own, and without a queue runner."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.diagnostics.redis.server import free_port
from tests.diagnostics.smtp.server import PASSWORD

PACKAGE = "exim4-daemon-light"
LONGEST = "30"  # seconds that its log is waited for
READY = "listening for SMTP"
CONFIG = """
primary_hostname = mail.test
spool_directory = {home}/spool
pid_file_path = {home}/spool/pid
log_file_path = {home}/log/%slog
log_selector = +smtp_no_mail
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
keep_environment =
host_lookup =
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}}}
{settings}
begin acl
{rules}
begin authenticators
{accounts}
"""
ACCOUNTS = f"""
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{app}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
"""
BY_DIGEST = f"""
digest:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{app}}{{{PASSWORD}}}fail}}
"""
BY_TICKET = """
ticket:
  driver = plaintext
  public_name = XOAUTH2
  server_condition = no
"""
AWAY = """
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${readsocket{/nowhere/accounts.socket}{}}
"""


@dataclass(frozen=True, slots=True)
class Exim:
    """One that listens."""

    port: int
    pid: int
    log: Iterator[str]

    def heard(self, words: str) -> str:
        """The next line of its log with these words, once it is there; fails after half a minute."""
        before: list[str] = []
        for line in self.log:
            if words in line:
                return line
            before.append(line)
        raise AssertionError("".join(before))


def lacking() -> str:
    """What keeps an Exim from being started here; empty if nothing does."""
    if os.geteuid():
        return "A root user, whom Exim needs,"
    return "" if _program() else "Exim"


@contextmanager
def running(
    *settings: str,
    certificate: trustme.LeafCert | Path | None = None,
    at_once: bool = False,
    rules: Mapping[str, str] | None = None,
    accounts: str = ACCOUNTS,
) -> Iterator[Exim]:
    """An Exim until the block ends.

    Args:
        settings: further lines of the main part of its configuration.
        certificate: with which it encrypts, or the file where it looks for one; None: it does not offer to.
        at_once: encrypts from the first byte.
        rules: what its access lists say of a step, such as "connect", "helo" or "auth".
        accounts: how it lets people sign in.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-exim-") as folder:
        home, port = _home(Path(folder)), free_port()
        lines = [*settings, *_encryption(home, certificate), f"tls_on_connect_ports = {port}" * at_once]
        lines += [f"acl_smtp_{step} = at_{step}" for step in rules or {}]
        file = home / "config"
        file.write_text(
            CONFIG.format(
                home=home, port=port, settings="\n".join(lines), rules=_rules(rules or {}), accounts=accounts
            ),
            encoding="utf-8",
        )
        with _started([_program(), "-bdf", "-C", str(file)], home) as one:
            yield Exim(port, *one)


def _program() -> str:
    return shutil.which("exim4", path="/usr/sbin:/usr/bin") or ""


def _home(folder: Path) -> Path:
    """Folders that the user as whom it runs may use: Exim gives its rights as root away."""
    folder.chmod(0o755)
    for name in ("spool", "log"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)
    (folder / "log" / "mainlog").touch()
    (folder / "log" / "mainlog").chmod(0o666)
    return folder


def _encryption(home: Path, certificate: trustme.LeafCert | Path | None) -> Sequence[str]:
    """A certificate is always named: without, each connection waits until Exim has made one of its own."""
    file = certificate if isinstance(certificate, Path) else home / "certificate.pem"
    if isinstance(certificate, trustme.LeafCert):
        certificate.private_key_and_cert_chain_pem.write_to_path(file)
    return (f"tls_advertise_hosts ={' *' * bool(certificate)}", f"tls_certificate = {file}")


def _rules(rules: Mapping[str, str]) -> str:
    return "\n".join(f"at_{step}:\n  {rule}\n  accept" for step, rule in rules.items())


@contextmanager
def _started(command: Sequence[str], home: Path) -> Iterator[tuple[int, Iterator[str]]]:
    """Its process, and the lines of its log as they come, until it ends."""
    with (
        (home / "said").open("wb") as said,
        subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True) as process,
    ):
        follow = ["timeout", LONGEST, "tail", "-n", "+1", f"--pid={process.pid}", "-f", f"{home}/log/mainlog"]
        with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True) as tail:
            try:
                assert tail.stdout
                log = iter(tail.stdout)
                assert any(READY in line for line in log), (home / "said").read_text()
                yield process.pid, log
            finally:
                tail.terminate()
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # with those that talk; they would outlive it
