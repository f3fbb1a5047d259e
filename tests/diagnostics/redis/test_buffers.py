"""Memory that waits for clients which do not read: told with who they are, and no busy reader is accused."""

from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.redis.conftest import Starts
from tests.diagnostics.redis.forgotten import monitor
from tests.diagnostics.redis.server import ACL, fill, looked_at

MB = 1024**2


async def test_a_forgotten_monitor_is_named_with_what_waits_for_it(starts: Starts) -> None:
    with starts() as server, monitor(server, unread=12 * MB):
        server.grant("diag")
        examination = await looked_at(server.as_role("diag"))
    finding = coded(examination, "RD104")
    figures = {figure.name: figure.value for figure in finding.figures}
    assert finding.health is Health.WARN
    assert "wait to be read by debug-shell at 127.0.0.1 (monitor), which has read nothing for" in (
        finding.sentence
    )
    assert int(str(figures["unread"])) >= 12 * MB
    assert figures["command"] == "monitor"
    assert finding.next_step.startswith("End that connection: CLIENT KILL ID ")


async def test_without_the_right_to_list_clients_their_share_is_told_with_the_grant(starts: Starts) -> None:
    with starts() as server, monitor(server, unread=12 * MB):
        server.grant("narrow", ACL.replace("+client|list ", ""))
        finding = coded(await looked_at(server.as_role("narrow")), "RD104")
    assert "buffers of its clients; of which is not known" in finding.sentence
    assert "ACL SETUSER narrow +client|list" in finding.sentence


async def test_data_that_fill_a_redis_are_not_laid_to_its_clients(starts: Starts) -> None:
    with starts("--maxmemory", "20mb", "--maxmemory-policy", "noeviction") as server:
        with server.client() as client:
            fill(client, 10_000)
        assert "RD104" not in codes(await looked_at(server.url))
