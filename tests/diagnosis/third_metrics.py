"""Prometheus, Alertmanager and machines, ill or only odd, of the third round of unknown faults."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from incidents.evidence import Examination
from tests.diagnosis import host
from tests.diagnosis.alertmanager import ALERTS, SILENCES, lacking, section
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.host import GB, PROC, machine
from tests.diagnosis.metrics import keeping, of
from tests.diagnostics.host.page import disk, line
from tests.diagnostics.prometheus.alertmanager import alerting
from tests.diagnostics.prometheus.server import History, Server
from tests.diagnostics.prometheus.shop import Shop, since, steady

MEMORY = 1024**3
SQUASHED = {"device": "/dev/loop3", "fstype": "squashfs", "mountpoint": "/snap/core20/2379"}
BOOT = {"device": "/dev/sda2", "fstype": "ext4", "mountpoint": "/boot"}
LITTLE_FREE = PROC["meminfo"].replace(f"MemFree: {4 * GB} kB", "MemFree: 180000 kB")


def threads(history: History) -> None:
    """All threads that serve requests are busy since ten minutes."""
    shop = Shop(history, "threads").up().requests(since(10, 400, 600)).latency(since(10, 4, 0.08))
    shop.gauge("tomcat_threads_busy_threads", since(10, 200, 40), name="http-nio-8080")
    shop.gauge("tomcat_threads_config_max_threads", steady(200), name="http-nio-8080")


def throttled(history: History) -> None:
    """Nine of ten periods are held back since twenty minutes."""
    shop = Shop(history, "throttled").up().requests(steady(600)).latency(since(20, 0.9, 0.08))
    shop.counter("container_cpu_cfs_periods_total", steady(600), container="api")
    shop.counter("container_cpu_cfs_throttled_periods_total", since(20, 540, 12), container="api")


def world() -> History:
    history = History()
    threads(history)
    throttled(history)
    lag = Shop(history, "lag").up().requests(steady(600)).latency(steady(0.08))
    lag.gauge(
        "kafka_consumergroup_lag",
        lambda minute: 50 + max(0, minute - 100) * 4000,
        consumergroup="mailer",
        topic="orders",
    )
    bursts = Shop(history, "bursts").up().latency(steady(0.08))
    bursts.requests(lambda minute: 3000 if minute % 30 >= 24 or minute == 150 else 300)
    bursts.gauge("process_memory_limit_bytes", steady(MEMORY), instance="a")
    bursts.gauge(
        "process_resident_memory_bytes", lambda minute: min(0.7, 0.2 + 0.01 * minute) * MEMORY, instance="a"
    )
    return history


@asynccontextmanager
async def opened() -> AsyncIterator[Server]:
    if what := lacking():
        raise AbsentError(what)
    async with keeping(world)() as server:
        yield server


async def unsent(_server: Server) -> Examination:
    """An Alertmanager whose receiver answers 500."""
    async with alerting(ALERTS, SILENCES, refuses=True) as both:
        return await looked_at(section(both, "told"))


PROMETHEUS = Group(
    "Prometheus third",
    opened,
    (
        Case("bursts each half hour, a cache that has filled", NOTHING, of("bursts")),
        Case("all threads busy", "WORKERS_STUCK", of("threads")),
        Case("held back by its processor limit", "CPU_LIMIT", of("throttled")),
        Case("a consumer that does not keep up", "QUEUE_GROWS", of("lag")),
        Case("alerts that nobody takes", "ALERTS_UNSENT", unsent),
    ),
)

HOST = Group(
    "Host third",
    host.opened,
    (
        Case(
            "a full squashfs, a full cache of pages",
            NOTHING,
            machine(
                {
                    **disk(SQUASHED, used=100, inodes=100),
                    line("node_filesystem_readonly", SQUASHED): 1,
                    **disk(BOOT, used=85),
                },
                meminfo=LITTLE_FREE,
            ),
        ),
        Case(
            "the table of connections full",
            "HOST_CONNECTIONS",
            machine(
                {
                    line("node_nf_conntrack_entries"): 262_144,
                    line("node_nf_conntrack_entries_limit"): 262_144,
                }
            ),
        ),
        Case(
            "an array that lost a disk",
            "HOST_RAID",
            machine(
                {
                    line("node_md_disks", device="md0", state="failed"): 1,
                    line("node_md_disks", device="md0", state="active"): 1,
                    line("node_md_disks_required", device="md0"): 2,
                }
            ),
        ),
    ),
)
