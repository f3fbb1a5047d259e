"""What takes a machine's space, as a script measures it; its swap, and pages that are read back from disk."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.host.page import DATA, DISK, GB, Line, Machine, disk, line, memory
from tests.diagnostics.host.test_host import looking, seen
from tests.diagnostics.prometheus.conftest import figure, ill
from tests.diagnostics.prometheus.server import free_port, needed, program

SWAP = "node_memory_SwapTotal_bytes"


def taken(**sizes: float) -> dict[Line, float]:
    """Directories by their paths, with dashes for slashes, in GB."""
    return {
        line("node_directory_size_bytes", directory=name.replace("_", "/")): size * GB
        for name, size in sizes.items()
    }


def swap(used: float) -> dict[Line, float]:
    return {line(SWAP): 4 * GB, line("node_memory_SwapFree_bytes"): 4 * GB * (1 - used / 100)}


def summed_up(folder: Path) -> tuple[str, str]:
    """What the usual script writes down: bytes, and the path."""
    command = ["du", "--block-size=1", "--summarize", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    size, path = said.stdout.strip().split("\t")
    return size, path


async def test_a_full_disk_is_told_with_what_takes_the_most_on_it() -> None:
    examination = await seen(
        {
            **disk(DISK, used=97),
            **taken(_var=60, _var_lib_docker=41, _var_log=12, _home=3, _var_lib_postgresql=90),
        }
    )
    assert coded(examination, "HO101").sentence == (
        "/ is 97 % full, 3.0 GB of 100 GB are left."
        " The largest that is measured there: /var/lib/docker 41 GB, /var/log 12 GB and /home 3.0 GB."
    )
    assert coded(examination, "HO112").health is Health.OK
    assert ill(examination) == {"HO101"}


async def test_directories_are_told_by_size_with_what_they_grew_by() -> None:
    machine = Machine()
    machine.set(taken(_var_log=12, _srv=2))
    async with machine.serving() as url, looking(url) as look:
        await look()
        machine.pass_time(600)
        machine.set(taken(_var_log=13.5))
        finding = coded(await look(), "HO112")
    assert finding.sentence == "The largest directories that are measured: /var/log 14 GB and /srv 2.0 GB."
    assert figure(finding, "grown in the hour") == 1.5 * GB
    assert finding.table[1] == ("/var/log", "14 GB", "1.5 GB")


async def test_a_machine_without_such_a_script_says_nothing_of_directories() -> None:
    examination = await seen(disk(DATA, used=97))
    assert "HO112" not in codes(examination)
    assert coded(examination, "HO101").sentence.endswith("are left.")
    assert not any("director" in reason for reason in examination.unseen)


async def test_the_real_exporter_tells_what_a_script_has_measured(
    missing: Callable[[str, str], NoReturn], tmp_path: Path
) -> None:
    needed(missing, "prometheus-node-exporter", "prometheus-node-exporter")
    (tmp_path / "big").mkdir()
    (tmp_path / "big" / "file").write_bytes(b"x" * 3_000_000)
    size, path = summed_up(tmp_path / "big")
    (tmp_path / "directories.prom").write_text(f'node_directory_size_bytes{{directory="{path}"}} {size}\n')
    port = free_port()
    command = ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"]
    command.append(f"--collector.textfile.directory={tmp_path}")
    with program(command, "Listening on"):
        async with looking(f"http://127.0.0.1:{port}") as look:
            finding = coded(await look(), "HO112")
    assert finding.sentence == f"The largest directories that are measured: {path} 2.9 MB."


async def test_a_disk_that_fills_more_slowly_is_well_only_once_it_has_far_more_time() -> None:
    machine, found = Machine(), []
    async with machine.serving() as url, looking(url) as look:
        for before, after in ((40, 42), (42, 42.6), (42.6, 42.75), (42.75, 43.35)):
            machine.set(disk(DATA, used=before))
            await look()
            machine.pass_time(600)
            machine.set(disk(DATA, used=after))
            found.append(coded(await look(), "HO101"))
            machine.pass_time(2 * 3600)
    hours = [float(str(figure(finding, "time to full"))) // 3600 for finding in found]
    assert hours == [4, 15, 63, 15]
    assert [finding.health for finding in found] == [Health.WARN, Health.WARN, Health.OK, Health.OK]


async def test_a_full_swap_is_ill_only_while_memory_is_short() -> None:
    at_rest = coded(await seen({**swap(96), **memory(used=40)}), "HO113")
    short = coded(await seen({**swap(96), **memory(used=85)}), "HO113")
    gone = coded(await seen({**swap(99), **memory(used=85)}), "HO113")
    assert at_rest.health is Health.OK
    assert short.sentence == "96 % of 4.0 GB of swap are used, and 85 % of the memory are used."
    assert (short.health, gone.health) == (Health.WARN, Health.CRITICAL)


async def test_a_machine_without_swap_is_not_judged_by_it() -> None:
    examination = await seen({line(SWAP): 0, line("node_memory_SwapFree_bytes"): 0})
    assert "HO113" not in codes(examination)


async def test_pages_that_are_read_back_from_disk_are_counted_between_two_looks() -> None:
    machine = Machine()
    machine.set({line("node_vmstat_pgmajfault"): 1_000})

    async def work(seconds: float) -> None:
        machine.pass_time(seconds)
        machine.set({line("node_vmstat_pgmajfault"): 1_000 + 900 * seconds})
        machine.set(
            {key: value + 1 for key, value in machine.figures.items() if key[0] == "node_cpu_seconds_total"}
        )

    async with machine.serving() as url, looking(url, work) as look:
        finding = coded(await look(), "HO114")
    assert finding.health is Health.WARN
    assert finding.sentence == "900 pages a second were read back from disk in the last 2 s."
