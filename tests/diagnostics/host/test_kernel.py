"""What the kernel keeps for all: its table of connections, its RAID, disks that it turned read-only."""

import pytest

from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.host.page import DATA, DISK, TEMPORARY, Line, Machine, line
from tests.diagnostics.host.test_host import looking, seen
from tests.diagnostics.prometheus.conftest import ill

LIMIT = line("node_nf_conntrack_entries_limit")
READ_ONLY = "node_filesystem_readonly"


def array(device: str, *, active: int, required: int = 2) -> dict[Line, float]:
    return {
        line("node_md_disks_required", device=device): required,
        line("node_md_disks", device=device, state="active"): active,
        line("node_md_disks", device=device, state="failed"): required - active,
    }


@pytest.mark.parametrize(
    ("entries", "health"), [(50_000, Health.OK), (90_000, Health.WARN), (99_000, Health.CRITICAL)]
)
async def test_a_table_of_connections_is_judged_by_its_share(entries: int, health: Health) -> None:
    examination = await seen({line("node_nf_conntrack_entries"): entries, LIMIT: 100_000})
    finding = coded(examination, "HO115")
    assert finding.health is health
    assert finding.sentence.startswith(f"The kernel follows {entries:,} connections, ")


async def test_an_array_that_lacks_a_disk_is_named_and_a_whole_one_is_not() -> None:
    examination = await seen(array("md0", active=2) | array("md1", active=1))
    finding = coded(examination, "HO116")
    assert (finding.health, finding.sentence) == (Health.WARN, "md1 runs on 1 of 2 disks.")
    assert coded(await seen(array("md0", active=2)), "HO116").health is Health.OK


async def test_a_machine_without_either_says_nothing_of_them() -> None:
    examination = await seen({})
    assert not {"HO115", "HO116"} & codes(examination)
    assert not any("RAID" in reason or "connections" in reason for reason in examination.unseen)


async def test_a_disk_that_turned_read_only_is_told() -> None:
    machine = Machine()
    async with machine.serving() as url, looking(url) as look:
        first = await look()
        machine.pass_time(600)
        machine.set({line(READ_ONLY, DATA): 1, line(READ_ONLY, TEMPORARY): 1})
        examination = await look()
    assert "HO117" not in codes(first)  # how it was before is not known yet
    finding = coded(examination, "HO117")
    assert finding.health is Health.CRITICAL
    assert finding.sentence == "/var/lib/postgresql took writes an hour ago, and is read-only now."


async def test_a_disk_that_always_was_read_only_is_well() -> None:
    machine = Machine()
    machine.set({line(READ_ONLY, DISK): 1})
    async with machine.serving() as url, looking(url) as look:
        await look()
        machine.pass_time(600)
        examination = await look()
    assert "HO117" not in ill(examination)
    assert coded(examination, "HO117").health is Health.OK
