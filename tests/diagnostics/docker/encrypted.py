"""Encrypted ways to an engine: a certificate of the tests' own, and an ssh server before its socket."""

import datetime as dt
import getpass
import ipaddress
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.diagnostics.docker.dockerd import Dockerd

DAY = dt.timedelta(days=1)
LINES = """
ListenAddress 127.0.0.1
Port {port}
HostKey {home}/host
AuthorizedKeysFile {home}/.ssh/id_ed25519.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
SetEnv DOCKER_HOST={engine}
ForceCommand /usr/bin/docker system dial-stdio
"""


def certificate(home: Path, *, lasts: dt.timedelta = DAY) -> ssl.SSLContext:
    """What a server on 127.0.0.1 is encrypted with; `ca.pem` in that folder is what to trust."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "engine")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * DAY)
        .not_valid_after(now + lasts)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    (home / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(home / "ca.pem", home / "key.pem")
    return context


@contextmanager
def behind_ssh(engine: Dockerd, home: Path) -> Iterator[str]:
    """An ssh server that lets a key of `home` use the engine, known to the user whose home that is."""
    (home / ".ssh").mkdir(mode=0o700)
    for key in (home / "host", home / ".ssh/id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    words = (home / "host.pub").read_text().split()[:2]
    (home / ".ssh/known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(words)}\n")
    (home / "sshd").write_text(LINES.format(port=port, home=home, engine=engine.address))
    Path("/run/sshd").mkdir(exist_ok=True)  # the server asks for it
    command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(home / "sshd")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            told = server.stderr.readline() if server.stderr else ""
            assert "listening" in told, told
            yield f"ssh://{getpass.getuser()}@127.0.0.1:{port}"
        finally:
            server.terminate()
