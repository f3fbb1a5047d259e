"""Reaching a Redis: what a refusal says, and that nothing is asked for but what the role may."""

import asyncio
from pathlib import Path

import pytest
import trustme

from diagnostics.probes.redis import session as session_module
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.nowhere import unknown
from tests.diagnostics.redis.conftest import Starts
from tests.diagnostics.redis.server import Server, free_port, looked_at, looking, running, sending
from tests.frozen import frozen


async def test_a_healthy_redis_is_quiet_and_the_documented_role_is_enough(server: Server) -> None:
    server.grant("diag")
    examination = await looked_at(server.as_role("diag"))
    assert examination.health is Health.OK
    assert codes(examination) == {"RD001", "RD101", "RD201", "RD301", "RD401", "RD501", "RD601"}
    assert "latency monitoring is off" in " ".join(examination.unseen)
    with server.client() as client:
        assert client.execute_command("ACL", "LOG") == []


async def test_answers_that_are_late_again_and_again_are_a_warning(server: Server) -> None:
    examination = await looked_at(server.url, limits={"ping_warn": 1e-9})
    assert coded(examination, "RD001").health is Health.WARN
    assert coded(examination, "RD001").meaning == "Every command of the application waits as long."


async def test_the_documented_role_is_the_tested_one() -> None:
    page = Path(__file__).parents[3] / "docs" / "operating.md"
    assert (
        "-@all +ping +info +slowlog|get +latency|latest +latency|doctor +client|list +auth resetkeys"
        in page.read_text(encoding="utf-8")
    )


async def test_a_stopped_redis_is_refused() -> None:
    examination = await looked_at(f"redis://127.0.0.1:{free_port()}")
    assert codes(examination) == {"RD011"}
    assert examination.sentence == "Nothing listens at the address of Redis."


async def test_a_wrong_password_and_a_missing_one_are_told_apart(starts: Starts) -> None:
    with starts("--requirepass", "root-password") as server:
        wrong = await looked_at(f"redis://:wrong-password@127.0.0.1:{server.port}")
        missing = await looked_at(server.url)
    assert codes(wrong) == {"RD013"}
    assert "wrong-password" not in repr(wrong)
    assert codes(missing) == {"RD014"}


async def test_a_missing_privilege_degrades_one_thing_and_names_the_grant(server: Server) -> None:
    server.grant("narrow", "-@all +ping +info +auth +latency|latest +latency|doctor +client|list")
    examination = await looked_at(server.as_role("narrow"))
    finding = coded(examination, "RD090")
    assert finding.probe == "redis.slowlog"
    assert finding.next_step == "Grant it: ACL SETUSER narrow +slowlog|get"
    assert {"RD101", "RD201", "RD601"} <= codes(examination)


async def test_a_role_that_may_do_nothing_is_told_so(server: Server) -> None:
    server.grant("nothing", "-@all +auth")
    examination = await looked_at(server.as_role("nothing"))
    assert codes(examination) == {"RD090"}
    assert examination.health is Health.UNKNOWN


async def test_a_frozen_redis_ends_the_look_in_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.3)
    monkeypatch.setattr(session_module, "ANSWER", 0.3)
    async with looking(server.url) as look:
        with frozen(server.pid):
            examination = await look()
        thawed = await look()
    assert codes(examination) == {"RD012"}
    assert examination.health is Health.CRITICAL
    assert "memory: Redis stopped answering on the connection that was open" in examination.unseen
    assert "connections: not tried after that" in examination.unseen
    assert thawed.health is Health.OK


async def test_a_command_that_blocks_all_others_is_seen_and_named_afterwards(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.3)
    monkeypatch.setattr(session_module, "ANSWER", 0.3)
    async with looking(server.url) as look:
        with sending(server, "DEBUG", "SLEEP", "1.5") as sleeper:
            while not codes(examination := await look()) & {"RD012"}:
                assert sleeper.poll() is None
            await asyncio.to_thread(sleeper.wait)
        after = await look()
    assert codes(examination) == {"RD012"}
    assert coded(after, "RD301").health is Health.CRITICAL
    assert coded(after, "RD301").sentence.startswith(
        "1 slow command in the last 10 min, the slowest DEBUG SLEEP with 1.5 s"
    )


async def test_a_redis_that_loads_its_data_says_so(starts: Starts, tmp_path: Path) -> None:
    with starts() as server, server.client() as client:
        client.execute_command("DEBUG", "POPULATE", "20000")
        client.save()
    slow = ("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024")
    with running(tmp_path, *slow, until="RDB memory usage when created") as server:
        examination = await looked_at(server.url)
    assert codes(examination) == {"RD015"}


async def test_a_script_that_blocks_is_told_with_the_way_out(starts: Starts) -> None:
    with starts("--busy-reply-threshold", "1") as server:
        async with looking(server.url) as look:
            with sending(server, "EVAL", "while true do end", "0") as script:
                while not codes(examination := await look()) & {"RD016"}:
                    assert script.poll() is None
                with server.client() as client:
                    client.script_kill()
    assert "SCRIPT KILL" in coded(examination, "RD016").next_step


async def test_an_unknown_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    examination = await looked_at(f"redis://{unknown(monkeypatch)}:6379")
    assert codes(examination) == {"RD017"}
    assert examination.sentence == "The name of the Redis host is not known here."


async def test_a_certificate_that_is_not_trusted_is_told_and_a_trusted_one_is_no_obstacle(
    starts: Starts, tmp_path: Path
) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    port = free_port()
    pem = str(tmp_path / "server.pem")
    options = ("--tls-cert-file", pem, "--tls-key-file", pem, "--tls-auth-clients", "no")
    with starts("--tls-port", str(port), *options):
        unknown = await looked_at(f"rediss://localhost:{port}")
        known = await looked_at(f"rediss://localhost:{port}?ssl_ca_certs={tmp_path / 'ca.pem'}")
    assert codes(unknown) == {"RD018"}
    assert coded(unknown, "RD018").figures[0].value == "unable to get local issuer certificate"
    assert known.health is Health.OK


async def test_an_address_and_a_port_that_differ_about_tls_are_told_either_way(
    starts: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.5)
    certificate = trustme.CA().issue_cert("localhost", "127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    port, pem = free_port(), str(tmp_path / "server.pem")
    options = ("--tls-cert-file", pem, "--tls-key-file", pem, "--tls-ca-cert-file", pem)
    with starts("--tls-port", str(port), *options, "--requirepass", "root-password") as server:
        plain = await looked_at(f"rediss://:root-password@localhost:{server.port}")
        encrypted = await looked_at(f"redis://:root-password@localhost:{port}")
    assert codes(plain) == {"RD022"}
    assert plain.sentence.startswith("The port of Redis speaks no TLS")
    assert codes(encrypted) == {"RD023"}
    assert encrypted.sentence.startswith("The port of Redis speaks TLS")


async def test_a_frozen_redis_is_not_taken_for_one_that_differs_about_tls(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CONNECT", 0.3)
    with frozen(server.pid):
        assert codes(await looked_at(f"rediss://127.0.0.1:{server.port}")) == {"RD012"}


async def test_a_socket_in_the_file_system_is_reached(starts: Starts, tmp_path: Path) -> None:
    with starts("--unixsocket", str(tmp_path / "redis.sock")):
        examination = await looked_at(f"unix://{tmp_path / 'redis.sock'}")
    assert examination.health is Health.OK


async def test_nothing_is_tried_twice() -> None:
    knocks = 0

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal knocks
        knocks += 1
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        examination = await looked_at(f"redis://127.0.0.1:{port}")
    assert examination.health is Health.CRITICAL
    assert knocks == 3  # one to keep, one to look, one to see whether it speaks TLS
