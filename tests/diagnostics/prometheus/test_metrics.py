"""What a service's metrics in a real Prometheus say: each fault by its figures, quiet where all is well."""

from datetime import datetime, timedelta

import pytest

from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.described import CODES
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.prometheus.conftest import AT, Looks, figure, ill


def test_every_code_is_described() -> None:
    assert [described.code for described in CODES] == list(Code)


async def test_a_healthy_service_stays_quiet(looks: Looks) -> None:
    examination = await looks("healthy")
    assert examination.health is Health.OK
    assert codes(examination) == {
        "PR001", "PR101", "PR102", "PR103", "PR104", "PR105", "PR106", "PR109", "PR112"
    }  # fmt: skip
    assert "firing alerts: this Prometheus has no alerting rules" in examination.unseen


@pytest.mark.parametrize(
    ("job", "code", "health", "said"),
    [
        ("six", "PR101", Health.CRITICAL, "6 % of 600 requests a minute end in 5xx."),
        ("two", "PR101", Health.WARN, "2 % of 600 requests a minute end in 5xx."),
        ("slow", "PR102", Health.CRITICAL, "takes 1.8 s or more; usual is 75 ms."),
        ("slower", "PR102", Health.WARN, "takes 175 ms or more; usual is 75 ms."),
        ("always_slow", "PR102", Health.WARN, "takes 750 ms or more; usual is 750 ms."),
        ("third", "PR103", Health.WARN, "200 requests a minute, 33 % of the usual 600."),
        ("gone", "PR103", Health.CRITICAL, "60 requests a minute, 10 % of the usual 600."),
        ("spike", "PR103", Health.WARN, "1,500 requests a minute, 250 % of the usual 600."),
        ("storm", "PR103", Health.CRITICAL, "3,000 requests a minute, 500 % of the usual 600."),
        ("pool", "PR104", Health.CRITICAL, "100 % of the connections of the service are in use."),
        ("pool85", "PR104", Health.WARN, "85 % of the connections of the service are in use."),
        ("open", "PR105", Health.CRITICAL, "The stripe circuit breaker is open; 60 calls failed"),
        ("spring", "PR105", Health.CRITICAL, "The pay circuit breaker is open."),
        ("off", "PR105", Health.WARN, "The mail circuit breaker is switched off."),
        ("half", "PR105", Health.WARN, "The stripe circuit breaker is half-open."),
        (
            "leak5",
            "PR106",
            Health.WARN,
            "uses 512 MB of 1.0 GB (50 %) of memory, grows by 102 MB an hour and reaches its limit in 5 h.",
        ),
        ("leak1", "PR106", Health.CRITICAL, "reaches its limit in 60 min."),
        ("killed", "PR106", Health.WARN, "it fell from 1014 MB 3 times in the last hour."),
        ("down", "PR109", Health.WARN, "Prometheus cannot scrape 1 of 3 targets: 10.0.0.1:8000."),
        ("alldown", "PR109", Health.CRITICAL, "Prometheus cannot scrape 1 of 1 target: 10.0.0.1:8000."),
        ("alert", "PR108", Health.CRITICAL, "1 alert fires: PaymentsDown, the longest for 14 min."),
    ],
)
async def test_each_fault_is_named_with_its_figures_and_nothing_else_is(
    looks: Looks, job: str, code: str, health: Health, said: str
) -> None:
    examination = await looks(job)
    finding = coded(examination, code)
    assert said in finding.sentence
    assert finding.health is health
    assert finding.next_step
    assert ill(examination) == {code}


@pytest.mark.parametrize(("onset", "times", "health"), [(None, 1, Health.WARN), (AT, 23, Health.CRITICAL)])
async def test_what_was_usual_lies_before_the_incident_however_long_that_lasts(
    looks: Looks, onset: datetime | None, times: int, health: Health
) -> None:
    began = onset - timedelta(minutes=100) if onset else None
    finding = coded(await looks("long_slow", onset=began), "PR102")
    assert round(float(str(figure(finding, "times the usual")))) == pytest.approx(times, abs=2)
    assert finding.health is health


@pytest.mark.parametrize("job", ["little", "leak40", "sawtooth", "quiet", "still", "nothing"])
async def test_what_is_not_known_to_be_ill_is_not_accused(looks: Looks, job: str) -> None:
    assert ill(await looks(job)) == set()


async def test_a_few_errors_of_much_traffic_are_well(looks: Looks) -> None:
    finding = coded(await looks("little"), "PR101")
    assert (finding.health, finding.sentence) == (
        Health.OK,
        "0.05 % of 600 requests a minute end in 5xx.",
    )


async def test_little_traffic_is_not_judged(looks: Looks) -> None:
    examination = await looks("quiet")
    for code in ("PR101", "PR102", "PR103"):
        finding = coded(examination, code)
        assert finding.health is Health.UNKNOWN
        assert finding.sentence == "Too little traffic to judge: 60 requests a minute, 120 are needed."
    assert examination.health is Health.UNKNOWN


async def test_little_traffic_that_fails_for_the_most_part_is_told(looks: Looks) -> None:
    finding = coded(await looks("night"), "PR101")
    assert finding.health is Health.WARN
    assert finding.sentence == "90 % of only 60 requests a minute end in 5xx."


async def test_absent_series_are_unknown_and_never_well(looks: Looks) -> None:
    examination = await looks("nothing")
    assert examination.health is Health.UNKNOWN
    for code in ("PR101", "PR102", "PR103", "PR109"):
        assert coded(examination, code).health is Health.UNKNOWN
    assert coded(examination, "PR101").sentence == 'Nothing is known of errors: no series with job="nothing".'


async def test_requests_without_a_status_are_not_taken_for_good_ones(looks: Looks) -> None:
    finding = coded(await looks("unmarked"), "PR101")
    assert finding.health is Health.UNKNOWN
    assert finding.sentence == "Nothing is known of errors: the requests carry no status."


async def test_a_share_of_nothing_is_unknown(looks: Looks) -> None:
    assert coded(await looks("nopool"), "PR104").health is Health.UNKNOWN
    nothing = await looks("nopool", queries={"cpu": "vector(0) / vector(0)", "p99": "vector(1) / vector(0)"})
    assert coded(nothing, "PR107").health is Health.UNKNOWN
    assert coded(nothing, "PR102").health is Health.UNKNOWN


async def test_series_that_ended_are_told_with_what_they_were(looks: Looks) -> None:
    examination = await looks("vanished")
    assert coded(examination, "PR103").sentence == (
        "Requests are no longer counted; it was 600 requests a minute before."
    )
    assert "there were 1 before" in coded(examination, "PR109").sentence
    assert ill(examination) == {"PR103", "PR109"}


async def test_the_figures_of_a_leak_are_kept(looks: Looks) -> None:
    finding = coded(await looks("leak5"), "PR106")
    assert figure(finding, "time to limit") == pytest.approx(5 * 3600, rel=0.01)
    assert figure(finding, "growth an hour") == pytest.approx(0.1 * 1024**3, rel=0.01)
    assert figure(finding, "steadiness") == 1


async def test_an_open_breaker_tells_when_to_wait_and_when_to_fall_back(looks: Looks) -> None:
    finding = coded(await looks("open"), "PR105")
    assert "wait 60 s for half-open" in finding.next_step
    assert "still down, switch to the fallback" in finding.next_step


async def test_a_state_that_no_breaker_has_is_unknown(looks: Looks) -> None:
    assert coded(await looks("odd"), "PR105").health is Health.UNKNOWN


async def test_impact_is_what_operators_count(looks: Looks) -> None:
    counted = [
        {"name": "orders a minute", "query": "orders_per_minute{$labels}"},
        {"name": "users online", "query": "users_online{$labels}"},
        {"name": "revenue", "query": "revenue{$labels}"},
    ]
    examination = await looks("orders", impact=counted)
    said = {f.sentence: f.health for f in examination.findings if f.code == Code.IMPACT}
    assert said == {
        "Orders a minute: 8, usually 40 (20 %).": Health.CRITICAL,
        "Users online: 312, usually 312 (100 %).": Health.OK,
        "Revenue: not known, its query gives no number.": Health.UNKNOWN,
    }


async def test_configured_queries_and_limits_go_before_the_usual(looks: Looks) -> None:
    queries = {"requests": "vector(100)", "errors": "vector(3)", "cpu": "vector(0.97)", "memory": "vector(7)"}
    examination = await looks("nothing", queries=queries, limits={"errors_warn": 4})
    assert coded(examination, "PR101").sentence == "3 % of 6,000 requests a minute end in 5xx."
    assert coded(examination, "PR101").health is Health.OK
    assert coded(examination, "PR107").health is Health.CRITICAL
    assert (
        coded(examination, "PR106").sentence == "the service uses 7 bytes of memory; its limit is not known."
    )


async def test_parts_that_a_service_does_not_have_are_left_out(looks: Looks) -> None:
    without = ["errors", "latency", "traffic", "targets", "alerts", "breaker", "memory", "cpu"]
    without += ["refusals", "files", "queues", "workers", "throttled"]
    examination = await looks("pool85", without=without)
    assert codes(examination) == {"PR001", "PR104"}
    assert examination.unseen == ()
