"""What a Redis that answers shows: memory, connections, slow commands, saving, copies."""

from contextlib import suppress
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from diagnostics.probes.redis.info import parsed
from diagnostics.probes.redis.slow import pattern
from incidents.evidence import Examination, Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.redis.conftest import Starts
from tests.diagnostics.redis.server import Server, connected, during, fill, looked_at, looking, running

MB = 1024**2


def figure(examination: Examination, code: str, name: str) -> int | float | str | None:
    return next(figure.value for figure in coded(examination, code).figures if figure.name == name)


@pytest.mark.parametrize("ratio", ["-nan", "nan", "inf", "1e999", ""])
def test_a_ratio_to_nothing_is_not_known(ratio: str) -> None:
    assert parsed(f"mem_fragmentation_ratio:{ratio}").number("mem_fragmentation_ratio") is None


async def test_a_full_redis_that_evicts_nothing_refuses_writes(starts: Starts) -> None:
    with starts("--maxmemory", "8mb", "--maxmemory-policy", "noeviction") as server:
        with server.client() as client:
            fill(client, 10_000)
        examination = await looked_at(server.url)
    finding = coded(examination, "RD102")
    assert finding.health is Health.CRITICAL
    assert "8.0 MB are used and nothing is evicted (noeviction); 1 write was refused" in finding.sentence
    assert "CONFIG SET maxmemory" in finding.next_step
    assert "jane" not in repr(examination)


async def test_writes_that_are_refused_while_we_look_are_critical(starts: Starts) -> None:
    with (
        starts("--maxmemory", "8mb", "--maxmemory-policy", "noeviction") as server,
        server.client() as client,
    ):
        examination = await looked_at(server.url, pause=during(lambda: fill(client, 10_000)))
    assert coded(examination, "RD601").health is Health.CRITICAL


async def test_refused_writes_of_long_ago_are_history(starts: Starts) -> None:
    with starts("--maxmemory", "8mb", "--maxmemory-policy", "noeviction") as server:
        with server.client() as client:
            fill(client, 10_000)
            client.flushall()
        examination = await looked_at(server.url)
    assert "RD102" not in codes(examination)
    assert coded(examination, "RD101").health is Health.OK
    assert "refused since it started" in coded(examination, "RD101").sentence


async def test_a_cache_that_is_full_and_evicts_is_well(starts: Starts) -> None:
    with starts("--maxmemory", "8mb", "--maxmemory-policy", "allkeys-lru") as server:
        with server.client() as client:
            for number in range(1000):
                client.set(f"page:{number}", "x" * 10_000)
        examination = await looked_at(server.url)
    assert coded(examination, "RD101").health is Health.OK
    assert "it evicts as it is set to" in coded(examination, "RD101").sentence
    assert not codes(examination) & {"RD102"}


async def test_memory_near_its_limit_warns_before_it_is_full(starts: Starts) -> None:
    with starts("--maxmemory", "20mb", "--maxmemory-policy", "noeviction") as server:
        with server.client() as client:
            for number in range(30):
                client.set(f"blob:{number}", "x" * 500_000)
        examination = await looked_at(server.url)
    assert coded(examination, "RD101").health is Health.WARN
    assert 70 <= int(figure(examination, "RD101", "share") or 0) < 90


async def test_fragmentation_is_judged_by_ratio_and_by_size(server: Server) -> None:
    with server.client() as client:
        client.execute_command("DEBUG", "POPULATE", "300000", "key", "400")
        keys = [f"key:{number}" for number in range(300_000) if number % 10]
        for start in range(0, len(keys), 10_000):
            client.delete(*keys[start : start + 10_000])
    few = await looked_at(server.url, limits={"fragmentation_size": 10_000 * MB})
    many = await looked_at(server.url, limits={"fragmentation_ratio": 1.1, "fragmentation_size": MB})
    assert "RD103" not in codes(few)
    assert coded(many, "RD103").health is Health.WARN
    assert "has not given that memory back" in coded(many, "RD103").meaning


async def test_at_maxclients_the_kept_connection_still_sees_who_holds_them(starts: Starts) -> None:
    with starts("--maxclients", "20") as server:
        async with looking(server.url) as look:
            with connected(server, 19):
                full = await look()
            quiet = await look()
    assert full.health is Health.CRITICAL
    assert coded(full, "RD010").sentence == "Redis refuses new connections: maxclients is reached."
    holders = coded(full, "RD201")
    assert (
        "20 of 20 possible connections are taken; 19 of them are held by worker at 127.0.0.1"
        in holders.sentence
    )
    assert holders.next_step.startswith("Restart worker at 127.0.0.1")
    assert "RD202" not in codes(full)  # the one that was refused was our own
    assert quiet.health is Health.OK


async def test_connections_must_fall_well_below_the_limit_before_they_are_well(starts: Starts) -> None:
    with starts("--maxclients", "100") as server:
        async with looking(server.url) as look:
            with connected(server, 60):
                with connected(server, 12):
                    with connected(server, 10):
                        many = await look()
                    fewer = await look()
                few = await look()
            with connected(server, 75):
                risen = await look()
    found = [coded(seen, "RD201").health for seen in (many, fewer, few, risen)]
    assert found == [Health.WARN, Health.WARN, Health.OK, Health.OK]


async def test_at_maxclients_without_a_kept_connection_the_refusal_is_the_evidence(starts: Starts) -> None:
    with starts("--maxclients", "20") as server, connected(server, 20):
        examination = await looked_at(server.url)
    assert codes(examination) == {"RD010"}
    assert "memory: there is no connection to Redis" in examination.unseen


async def test_connections_that_others_were_refused_since_the_last_look_are_counted(starts: Starts) -> None:
    with starts("--maxclients", "20") as server:
        async with looking(server.url) as look:
            await look()
            with connected(server, 19):
                for _ in range(7):
                    with pytest.raises(RedisConnectionError), server.client() as turned_away:
                        turned_away.ping()
            examination = await look()
            afterwards = await look()
    assert figure(examination, "RD202", "refused") == 7
    assert coded(examination, "RD202").health is Health.CRITICAL
    assert "RD202" not in codes(afterwards)


async def test_holders_that_may_not_be_listed_degrade_that_alone(starts: Starts) -> None:
    with starts("--maxclients", "10") as server, server.client() as client:
        server.grant("narrow", "-@all +ping +info +auth +slowlog|get +latency|latest +latency|doctor")
        client.ping()
        with connected(server, 7):
            examination = await looked_at(server.as_role("narrow"))
    assert (
        "who holds them is not known: ACL SETUSER narrow +client|list" in coded(examination, "RD201").sentence
    )
    assert coded(examination, "RD201").health is Health.CRITICAL


async def test_slow_commands_are_named_without_their_keys(starts: Starts) -> None:
    with starts("--slowlog-log-slower-than", "0") as server:
        with server.client() as client:
            client.set("session:jane@example.com", "hunter2-and-more")
        examination = await looked_at(server.url, limits={"slow_warn": 0.0})
    finding = coded(examination, "RD301")
    assert finding.health is Health.WARN
    assert "SET session:*" in {row[0] for row in finding.table}
    assert "jane" not in repr(examination)
    assert "hunter2" not in repr(examination)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["get", "session:jane@example.com"], "GET session:*"),
        (["HGETALL", "{tenant-7}:cart"], "HGETALL *"),
        (["SMEMBERS", "jane@example.com"], "SMEMBERS *"),
        (["EVAL", "return 'hunter2'", "0"], "EVAL"),
        (["CONFIG", "SET", "requirepass", "hunter2"], "CONFIG SET"),
        (["debug", "sleep", "2"], "DEBUG SLEEP"),
        (["AUTH", "hunter2"], "AUTH"),
        (["KEYS", "session:*"], "KEYS session:*"),
        (["\x1b[2J", "x"], "a command *"),
        ([], "a command"),
    ],
)
def test_a_command_is_shown_by_the_pattern_of_its_key(words: list[str], shown: str) -> None:
    assert pattern(words) == shown


async def test_latency_events_are_told_where_they_are_watched(starts: Starts) -> None:
    with starts("--latency-monitor-threshold", "300") as server:
        quiet = await looked_at(server.url)
        with server.client() as client:
            client.execute_command("DEBUG", "SLEEP", "0.4")
        examination = await looked_at(server.url)
    assert coded(quiet, "RD302").health is Health.OK
    assert coded(examination, "RD302").health is Health.WARN
    assert "stood still for" in coded(examination, "RD302").sentence


async def test_a_save_that_failed_is_critical(starts: Starts, tmp_path: Path) -> None:
    with starts("--dbfilename", "dump.rdb") as server, server.client() as client:
        (tmp_path / "dump.rdb").mkdir()
        client.execute_command("BGSAVE")
        while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
            client.ping()
        examination = await looked_at(server.url)
    assert coded(examination, "RD402").health is Health.CRITICAL
    assert "the last snapshot (bgsave) failed" in coded(examination, "RD402").sentence


async def test_a_replica_that_lost_its_master_is_critical_and_the_master_counts_its_replicas(
    starts: Starts, tmp_path: Path
) -> None:
    with starts("--repl-diskless-sync-delay", "0") as master, master.client() as client:
        other = tmp_path / "replica"
        other.mkdir()
        with (
            running(other, "--replicaof", "127.0.0.1", str(master.port)) as replica,
            replica.client() as copy,
        ):
            while client.info("replication").get("slave0", {}).get("state") != "online":
                copy.ping()
            while copy.info("replication")["master_link_status"] != "up":
                client.ping()
            well = await looked_at(replica.url)
            leading = await looked_at(master.url)
            client.shutdown(nosave=True)
            while copy.info("replication")["master_link_status"] == "up":
                copy.ping()
            orphaned = await looked_at(replica.url)
    assert coded(well, "RD501").health is Health.OK
    assert "a master with 1 replica in line" in coded(leading, "RD501").sentence
    assert coded(orphaned, "RD502").health is Health.CRITICAL


@pytest.mark.parametrize(("held", "told"), [(1000, True), (999, False)])
async def test_keys_that_are_gone_since_the_look_before_are_counted(
    starts: Starts, held: int, *, told: bool
) -> None:
    with starts() as server, server.client() as client:
        client.execute_command("DEBUG", "POPULATE", held)
        async with looking(server.url) as look:
            await look()
            client.flushall()
            examination = await look()
            afterwards = await look()
    assert ("RD603" in codes(examination)) is told
    assert "RD603" not in codes(afterwards)
    if told:
        assert coded(examination, "RD603").sentence.startswith("Of 1,000 keys 0 are left since the look ")


async def test_sign_ins_that_are_refused_again_and_again_are_told_with_their_answer(starts: Starts) -> None:
    with starts() as server, server.client() as client:

        def sign_in() -> None:
            for _ in range(5):
                with suppress(RedisError):
                    client.execute_command("AUTH", "app", "an-old-password")

        async with looking(server.url, pause=during(sign_in)) as look:
            examination = await look()
    assert figure(examination, "RD602", "answer") == "WRONGPASS"
    assert coded(examination, "RD602").health is Health.CRITICAL
