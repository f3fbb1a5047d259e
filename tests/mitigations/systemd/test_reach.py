"""The way to a machine's bus: what does not fit is refused, and the key opens nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import asyncssh
import pytest

from incidents.errors import IncidentError, Refused, Unavailable
from mitigations.systemd.tunnel import SOCKET
from tests.mitigations.conftest import Changes, offered
from tests.mitigations.systemd.machine import Machine, public


def other_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


async def refusal(machine: Machine, changes: Changes, **settings: object) -> IncidentError:
    async with changes(machine.section(**settings)) as mitigators:
        with pytest.raises((Refused, Unavailable)) as raised:
            await mitigators.plan(offered(mitigators, "restart"))
    return raised.value


async def test_another_host_key_is_not_spoken_to(machine: Machine, changes: Changes) -> None:
    for key in (other_key(), asyncssh.generate_private_key("ecdsa-sha2-nistp256")):
        line = f"[127.0.0.1]:{machine.port} {public(key)}"
        error = await refusal(machine, changes, known_hosts=line)
        assert isinstance(error, Refused)
        assert "127.0.0.1 does not show the host key that known_hosts has for it" in error.text


async def test_a_key_that_is_not_let_in_is_told(machine: Machine, changes: Changes) -> None:
    error = await refusal(machine, changes, key=other_key().export_private_key().decode())
    assert isinstance(error, Refused)
    assert "127.0.0.1 does not let tocsin-units in with this key" in error.text


async def test_a_machine_that_is_not_there_is_unavailable(machine: Machine, changes: Changes) -> None:
    line = f"127.0.0.1 {public(machine.host_key)}"
    error = await refusal(machine, changes, port=1, known_hosts=line)
    assert isinstance(error, Unavailable)
    assert error.text == "payments db: 127.0.0.1 cannot be spoken to over ssh (ConnectionRefusedError)."


async def test_a_machine_that_stands_still_is_unavailable(
    machine: Machine, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mitigations.systemd.tunnel.PATIENCE", 0.3)
    machine.run("systemctl kill --kill-who=main -s STOP ssh")
    try:
        error = await refusal(machine, changes)
    finally:
        machine.run("systemctl kill --kill-who=main -s CONT ssh")
    assert error.text == "payments db: 127.0.0.1 does not answer in time."


async def test_a_bus_that_is_not_there_is_told_with_what_may_forbid_it(
    machine: Machine, changes: Changes
) -> None:
    machine.run("systemctl stop dbus.socket dbus.service")
    try:
        error = await refusal(machine, changes)
    finally:
        machine.run("systemctl start dbus.socket")
    assert isinstance(error, Unavailable)
    assert "not through to its system bus (/run/dbus/system_bus_socket)" in error.text
    assert "AllowStreamLocalForwarding and PermitOpen" in error.text


async def test_a_connection_that_breaks_meanwhile_leaves_it_open_what_was_changed(
    machine: Machine, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(_seconds: float) -> None:
        await asyncio.to_thread(machine.run, "pkill -KILL -u tocsin-units sshd || true")

    async with changes(machine.section(settle=20)) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        monkeypatch.setattr(mitigators._ready[0].reach, "pause", cut)  # noqa: SLF001 -- the only moment in between
        with pytest.raises(Unavailable, match="payments db: "):
            await mitigators.carry_out(plan)
        once = machine.show("nginx.service", "InvocationID")
        again = await mitigators.carry_out(plan)
    assert again.sentence.startswith("nginx.service was left alone, since it has been started anew")
    assert machine.show("nginx.service", "InvocationID") == once


async def sealed(attempt: Callable[[], Awaitable[object]]) -> bool:
    """Whether an attempt to get further came to nothing."""
    try:
        async with asyncio.timeout(20):
            return await attempt() is None
    except (OSError, asyncssh.Error, asyncssh.ChannelListenError):
        return True


async def test_the_key_of_the_operators_page_opens_the_bus_and_nothing_else(machine: Machine) -> None:
    machine.run("rm -f /tmp/hit")
    known = asyncssh.import_known_hosts(f"[127.0.0.1]:{machine.port} {public(machine.host_key)}")
    async with asyncssh.connect(
        "127.0.0.1",
        machine.port,
        username="tocsin-units",
        client_keys=[machine.key],
        known_hosts=known,
        config=None,
        agent_path=None,
    ) as ssh:
        _, writer = await ssh.open_unix_connection(SOCKET)
        writer.close()
        for command in ("touch /tmp/hit", None):
            done = await ssh.run(command, stdin=asyncssh.DEVNULL)
            assert done.exit_status != 0
        assert await sealed(ssh.start_sftp_client)
        for path in ("/run/systemd/private", "/run/systemd/journal/stdout", f"{SOCKET}/../system_bus_socket"):
            assert await sealed(partial(ssh.open_unix_connection, path))
        assert await sealed(lambda: ssh.open_connection("127.0.0.1", machine.port))
        assert await sealed(lambda: ssh.open_connection(SOCKET, 1))
        assert await sealed(lambda: ssh.start_server(lambda *_: None, "127.0.0.1", 0))
        assert await sealed(lambda: ssh.start_unix_server(lambda *_: None, "/tmp/hit"))  # noqa: S108 -- there
    assert machine.run("ls /tmp") == ""
