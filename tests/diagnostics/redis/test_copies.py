"""Replicas that take over all data again and again, told from replicas and backups that do so once."""

import subprocess
from pathlib import Path

import pytest

from diagnostics.probes.redis.counters import too_many
from diagnostics.probes.redis.section import Limits
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.redis.server import Server, looked_at


def copied(server: Server, folder: Path) -> None:
    """What replicas do as well: all data are handed over."""
    line = ["redis-cli", "-p", str(server.port), "--rdb", str(folder / "copy")]
    subprocess.run(line, check=True, capture_output=True)


async def test_copies_that_follow_one_another_are_told_with_their_number(
    server: Server, tmp_path: Path
) -> None:
    copied(server, tmp_path)
    once = await looked_at(server.url)
    copied(server, tmp_path)
    copied(server, tmp_path)
    examination = await looked_at(server.url)
    assert "RD604" not in codes(once)
    finding = coded(examination, "RD604")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("Replicas took over all data 3 times within ")
    assert "client-output-buffer-limit" in finding.next_step


@pytest.mark.parametrize(
    ("copies", "replicas", "seconds", "so"),
    [
        (3, 1, 600, True),
        (3, 0, 1_800, True),
        (2, 0, 60, False),  # a replica that was started anew, and once more
        (6, 3, 600, False),  # three replicas, each of them so
        (4, 0, 3_600, False),  # a backup every quarter of an hour
    ],
)
def test_only_many_in_a_short_time_are_too_many(
    copies: int, replicas: int, seconds: float, *, so: bool
) -> None:
    assert too_many(copies, replicas, seconds, Limits()) is so
