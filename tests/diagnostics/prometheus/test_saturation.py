"""What runs out, and traffic that comes in bursts, as a real Prometheus kept them."""

import pytest

from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.prometheus.conftest import Looks, figure


@pytest.mark.parametrize(
    ("job", "code", "health", "said"),
    [
        ("threads", "PR118", Health.CRITICAL, "100 % of the threads of http that serve requests are busy."),
        ("threads_left", "PR118", Health.OK, "50 % of the threads of http that serve requests are busy."),
        (
            "throttled",
            "PR119",
            Health.CRITICAL,
            "Api is held back by its processor limit in 90 % of the periods.",
        ),
        (
            "hardly_throttled",
            "PR119",
            Health.OK,
            "Api is held back by its processor limit in 10 % of the periods.",
        ),
    ],
)
async def test_what_runs_out_is_told_by_its_share(
    looks: Looks, job: str, code: str, health: Health, said: str
) -> None:
    finding = coded(await looks(job), code)
    assert finding.health is health
    assert finding.sentence == said
    assert bool(finding.chart) is (health is not Health.OK)


async def test_a_service_without_such_metrics_says_nothing_of_them(looks: Looks) -> None:
    examination = await looks("healthy")
    assert not {"PR118", "PR119"} & codes(examination)


async def test_a_burst_that_comes_again_and_again_is_no_spike(looks: Looks) -> None:
    finding = coded(await looks("bursts"), "PR103")
    assert finding.health is Health.OK
    assert finding.sentence.endswith("; there was as much 4 times before.")
    assert not finding.meaning


async def test_a_burst_that_came_once_before_is_a_spike(looks: Looks) -> None:
    finding = coded(await looks("second_burst"), "PR103")
    assert finding.health is Health.CRITICAL
    assert float(str(figure(finding, "of the usual"))) > 400
