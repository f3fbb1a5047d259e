"""The way to a machine's system bus: ssh to a host whose key is pinned, and there one socket, no command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncssh

from incidents.errors import Refused, Unavailable
from mitigations.systemd.section import SystemdSection

SOCKET = "/run/dbus/system_bus_socket"
PATIENCE = 8.0  # seconds until the socket must be open
SHOWN = "+ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512"  # asked for last: a strange host key is seen as that


@dataclass(frozen=True, slots=True)
class Tunnel:
    """Both ends of what the socket says."""

    reader: asyncssh.SSHReader[bytes]
    writer: asyncssh.SSHWriter[bytes]


@asynccontextmanager
async def tunnel(name: str, section: SystemdSection) -> AsyncIterator[Tunnel]:
    """The open socket, for as long as it is needed.

    Raises:
        Refused: one side does not trust the other.
        Unavailable: the machine or its bus cannot be spoken to.
    """
    connection = await _connected(name, section)
    try:
        yield await _opened(name, section, connection)
    finally:
        connection.abort()


def _options(name: str, section: SystemdSection) -> asyncssh.SSHClientConnectionOptions:
    """Nothing but what services.toml says counts: no file of this account, no agent, no second way in."""
    try:
        key = section.identity()
    except (OSError, ValueError):
        raise Refused(f"{name}: its key_file cannot be read any more. Nothing was changed.") from None
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        username=section.user,
        client_keys=[key],
        known_hosts=section.trusted(),
        server_host_key_algs=SHOWN,
        agent_path=None,
        preferred_auth="publickey",
        gss_kex=False,
        gss_auth=False,
    )


async def _connected(name: str, section: SystemdSection) -> asyncssh.SSHClientConnection:
    options = _options(name, section)
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncssh.connect(section.host, section.port, options=options)
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed):
        raise Refused(
            f"{name}: {section.host} does not show the host key that known_hosts has for it. Either it was "
            "set up anew, or something stands in between. Nothing was changed; ask whoever runs it."
        ) from None
    except asyncssh.PermissionDenied:
        raise Refused(
            f"{name}: {section.host} does not let {section.user} in with this key. Nothing was changed; "
            "see that its line is among the authorized keys there."
        ) from None
    except TimeoutError:
        raise Unavailable(f"{name}: {section.host} does not answer in time.") from None
    except (OSError, asyncssh.Error) as error:
        raise Unavailable(
            f"{name}: {section.host} cannot be spoken to over ssh ({type(error).__name__})."
        ) from None


async def _opened(name: str, section: SystemdSection, connection: asyncssh.SSHClientConnection) -> Tunnel:
    try:
        async with asyncio.timeout(PATIENCE):
            return Tunnel(*await connection.open_unix_connection(SOCKET))
    except TimeoutError:
        raise Unavailable(f"{name}: sshd of {section.host} does not answer in time.") from None
    except (OSError, asyncssh.Error):
        raise Unavailable(
            f"{name}: {section.host} lets {section.user} in, but not through to its system bus ({SOCKET}). "
            "Either no bus runs there, or sshd forbids it: see AllowStreamLocalForwarding and PermitOpen."
        ) from None
