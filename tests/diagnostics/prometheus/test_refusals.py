"""What callers are refused, what is open and what waits, in a real Prometheus: against what is usual."""

import pytest

from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.prometheus.conftest import Looks, figure, ill


@pytest.mark.parametrize(
    ("job", "code", "health", "said"),
    [
        (
            "stuffing",
            "PR113",
            Health.CRITICAL,
            "71 % of 2,100 requests a minute are refused logins (401, 403)",
        ),
        ("expired", "PR113", Health.WARN, "33 % of 600 requests a minute are refused logins (401, 403)"),
        ("limited", "PR114", Health.CRITICAL, "60 % of 1,500 requests a minute are turned away as too many"),
        (
            "renamed",
            "PR115",
            Health.CRITICAL,
            "67 % of 600 requests a minute are refused as wrong (other 4xx)",
        ),
    ],
)
async def test_refusals_far_beyond_the_usual_are_told_by_their_kind(
    looks: Looks, job: str, code: str, health: Health, said: str
) -> None:
    examination = await looks(job)
    finding = coded(examination, code)
    assert finding.sentence.startswith(said)
    assert "; usual is " in finding.sentence
    assert finding.health is health
    assert finding.chart is not None
    assert ill(examination) - {"PR103"} == {code}


@pytest.mark.parametrize("job", ["mistyped", "challenges", "few", "healthy", "unmarked", "nothing"])
async def test_refusals_as_usual_or_of_little_traffic_are_not_accused(looks: Looks, job: str) -> None:
    assert not codes(await looks(job)) & {"PR113", "PR114", "PR115"}


async def test_of_the_requests_beyond_the_usual_it_is_told_how_many_are_refused(looks: Looks) -> None:
    refused, served = await looks("stuffing"), await looks("good_spike")
    assert float(str(figure(coded(refused, "PR112"), "of the extra"))) > 95
    assert float(str(figure(coded(served, "PR112"), "of the extra"))) < 10


async def test_a_configured_query_by_status_goes_before_the_usual(looks: Looks) -> None:
    query = (
        'label_replace(vector(10), "code", "401", "", "") or label_replace(vector(5), "code", "200", "", "")'
    )
    examination = await looks("nothing", queries={"by_status": query})
    finding = coded(examination, "PR112")
    assert finding.sentence == "67 % of 900 requests a minute are refused (4xx)."
    assert coded(examination, "PR101").sentence == "0 % of 900 requests a minute end in 5xx."


async def test_a_queue_that_grows_is_told_and_one_that_is_long_or_drains_is_not(looks: Looks) -> None:
    grows = coded(await looks("piling"), "PR117")
    assert grows.health is Health.CRITICAL
    assert grows.sentence == "920 wait in mail, usually 20, and 1,800 more each hour."
    assert coded(await looks("batch"), "PR117").health is Health.OK
    assert coded(await looks("always_long"), "PR117").health is Health.OK


async def test_open_files_are_told_beside_what_a_process_may_open(looks: Looks) -> None:
    near = coded(await looks("open_files"), "PR116")
    assert near.sentence == "A has 98 % of the files open that it may open."
    assert near.health is Health.WARN
    assert coded(await looks("files_left"), "PR116").health is Health.OK
