"""What a container uses, over several looks: memory that was near its limit must fall well below it."""

from datetime import UTC, datetime

from diagnostics.hold import Hold
from diagnostics.probes.docker.containers import Container, read
from diagnostics.probes.docker.section import Limits
from diagnostics.probes.docker.usage import Sample, Usage, judged
from incidents.evidence import Health

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MB = 1024**2
STATE = {"Status": "running", "StartedAt": AT.isoformat(), "FinishedAt": "0001-01-01T00:00:00Z"}
API: Container = read(
    {"Id": "1", "Name": "/api", "Image": "sha256:1", "State": STATE, "HostConfig": {"Memory": 100 * MB}}
)


def using(share: int) -> Usage:
    """So many percent of its memory."""
    return Usage(API, (Sample(AT, share * MB, 100 * MB, busy=0, cores=2, periods=0, throttled=0),))


def test_memory_must_fall_well_below_its_limit_before_it_is_well() -> None:
    hold = Hold()
    said = [judged("shop app", Limits(), [using(share)], hold) for share in (85, 75, 69, 75)]
    assert [finding.health for (finding,) in said] == [Health.WARN, Health.WARN, Health.OK, Health.OK]
