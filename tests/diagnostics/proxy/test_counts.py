"""Counting and judging what lines say: how much traffic is enough, why, since when, and against before."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from diagnostics.logs.excerpt import Excerpt, Line
from diagnostics.probes.proxy.at import At
from diagnostics.probes.proxy.codes import CODES
from diagnostics.probes.proxy.counting import MOST, reading, tally
from diagnostics.probes.proxy.findings import told
from diagnostics.probes.proxy.section import Limits
from incidents.evidence import Finding, Health
from tests.diagnostics.described import assert_described
from tests.diagnostics.proxy import written

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
WINDOW = 300.0  # seconds
OK, WARN, CRITICAL = Health.OK, Health.WARN, Health.CRITICAL


def over(line: str, count: int, *, since: float = 299, until: float = 1) -> list[tuple[float, str]]:
    """So many of a line, evenly over a stretch of time, told in seconds ago."""
    step = (since - until) / max(count, 1)
    return [(since - number * step, line) for number in range(count)]


def log(*said: Sequence[tuple[float, str]], whole: bool = True, source: str = "edge") -> Excerpt:
    pairs = sorted((pair for part in said for pair in part), reverse=True)
    lines = tuple(Line(NOW - timedelta(seconds=ago), text) for ago, text in pairs)
    return Excerpt(source, lines, NOW - timedelta(seconds=2 * WINDOW), NOW, whole)


def found(*logs: Excerpt) -> dict[str, Finding]:
    findings = told(At("shop proxy", Limits(), WINDOW), tally([reading(each) for each in logs], WINDOW))
    assert_described(findings, CODES)
    assert len({each.code for each in findings}) == len(findings)
    return {str(each.code): each for each in findings}


def figures(finding: Finding) -> dict[str, object]:
    return {figure.name: figure.value for figure in finding.figures}


BEFORE = {"since": 599, "until": 301}


@pytest.mark.parametrize(
    ("good", "bad", "health"),
    [
        (995, 5, OK),
        (979, 21, WARN),
        (950, 50, CRITICAL),
        (599, 0, OK),
        (590, 8, OK),  # 1.3 %
        (500, 99, OK),  # 17 % of 119.8 a minute: too little traffic to judge
        (500, 100, CRITICAL),  # of 120 a minute
        (0, 1, OK),  # a single one
        (0, 19, OK),
        (0, 20, WARN),  # little traffic, none of which is served
        (21, 20, OK),
    ],
)
def test_a_share_is_judged_where_there_is_traffic_enough(good: int, bad: int, health: Health) -> None:
    said = found(log(over(written.UP_200, good), over(written.UP_REFUSED, bad)))["PX101"]
    assert said.health is health
    assert figures(said)["failed"] == bad


def test_the_sentence_tells_the_share_against_before_and_when_it_began() -> None:
    said = found(
        log(
            over(written.UP_200, 1_000, **BEFORE),
            over(written.UP_OWN_502, 2, **BEFORE),
            over(written.UP_200, 900),
            over(written.UP_REFUSED, 100, since=149),
        )
    )
    assert said["PX101"].sentence == (
        "200 requests a minute, 10 % end in 5xx; 0.2 % in the 5 min before. It began 2 min ago."
    )
    assert said["PX115"].sentence == (
        "100 of 1,000 requests (10 %) were answered 502 to 504 by the proxy, and its log does not say why."
    )
    assert figures(said["PX101"])["failing for"] == figures(said["PX115"])["failing for"] == 149
    assert said["PX115"].health is CRITICAL


def test_errors_from_the_first_line_on_have_no_known_beginning() -> None:
    said = found(log(over(written.UP_REFUSED, 800), over(written.UP_REFUSED, 800, **BEFORE)))["PX101"]
    assert figures(said)["failing for"] is None
    assert "It began" not in said.sentence


@pytest.mark.parametrize(
    ("answer", "complaint", "code"),
    [
        (written.COMBINED_502, written.CONNECT, "PX111"),
        (written.COMBINED_502, written.NO_LIVE, "PX110"),
        (written.COMBINED_502, written.PREMATURE, "PX113"),
        (written.COMBINED_504, written.LATE, "PX112"),
        (written.COMBINED_504, written.LATE_CONNECTING, "PX111"),
        (written.COMBINED_504, "", "PX112"),
        (written.COMBINED_502, "", "PX115"),
        (written.COMBINED_503, written.LIMITING, "PX120"),
        (written.COMBINED_503, "", "PX116"),  # maintenance, or its own
        (written.COMBINED_500, written.CONNECT, "PX116"),
        (written.CADDY_502, written.CADDY_REFUSED, "PX111"),
        (written.CADDY_502, written.CADDY_CUT, "PX113"),
        (written.HA_NOBODY, "", "PX110"),
        (written.HA_OWN_502, "", "PX116"),
        (written.TRAEFIK_NOBODY, "", "PX110"),
        (written.TRAEFIK_502, written.TRAEFIK_CAUSED, "PX111"),
        (written.TRAEFIK_JSON_500, "", "PX116"),
        (written.ENVOY_LATE, "", "PX112"),
        (written.ISTIO_CUT, "", "PX113"),
    ],
)
def test_why_requests_fail_is_told_by_their_line_or_by_what_stands_beside_it(
    answer: str, complaint: str, code: str
) -> None:
    beside = over(complaint, 300) if complaint else []
    said = found(log(over(written.COMBINED, 600), over(answer, 300), beside))
    assert {each for each, finding in said.items() if finding.health is CRITICAL} - {"PX101"} == {code}
    assert figures(said[code])["failed"] == 300


def test_connections_that_the_proxy_could_not_take_are_told_though_they_are_no_requests() -> None:
    said = found(log(over(written.COMBINED, 800), over(written.OUT_OF_CONNECTIONS, 9)))
    assert said["PX117"].sentence == "9 requests were not carried: the proxy is at a limit of its own."
    assert (said["PX101"].health, said["PX117"].health) == (OK, WARN)


def test_callers_who_hang_up_are_told_though_nothing_ends_in_5xx() -> None:
    said = found(log(over(written.HA_200, 800), over(written.HA_HUNG_UP, 60)))
    assert (said["PX101"].health, said["PX118"].health) == (OK, WARN)


@pytest.mark.parametrize(("before", "now", "health"), [(10, 300, WARN), (250, 300, OK), (0, 300, OK)])
def test_answers_of_404_are_judged_against_before(before: int, now: int, health: Health) -> None:
    gone = written.COMBINED_500.replace(" 500 ", " 404 ")
    earlier = [over(written.COMBINED, 700, **BEFORE), over(gone, before, **BEFORE)] if before else []
    assert found(log(over(written.COMBINED, 500), over(gone, now), *earlier))["PX122"].health is health


def test_a_limit_that_also_answers_429_is_counted_once() -> None:
    limited = written.COMBINED_503.replace(" 503 ", " 429 ")
    said = found(log(over(written.COMBINED, 600), over(limited, 100), over(written.LIMITING, 100)))
    assert figures(said["PX120"])["failed"] == 100
    assert said["PX101"].health is OK


def test_complaints_about_a_server_that_was_asked_in_vain_are_no_failures_of_callers() -> None:
    said = found(log(over(written.COMBINED, 800), over(written.CONNECT, 400)))
    assert said["PX101"].health is OK
    assert "PX111" not in said
    assert said["PX103"].sentence == (
        "The server 127.0.0.1:47909 fails (400 tries), while requests go well elsewhere."
    )
    assert said["PX103"].health is WARN


def test_one_of_two_servers_is_told_by_the_tries_of_each() -> None:
    said = found(
        log(over(written.INGRESS_200.replace("shop-web-80", "half"), 400), over(written.INGRESS_RETRIED, 400))
    )
    server = figures(said["PX103"])
    assert (server["server"], server["failed"], server["tries"]) == ("127.0.0.1:47909", 400, 400)
    assert server["other servers"] == 1
    assert said["PX103"].table[1] == ("127.0.0.1:47909", "400", "400")


def test_a_back_end_that_fails_whole_is_not_one_server_among_those_of_another() -> None:
    said = found(log(over(written.UP_200, 800), over(written.UP_REFUSED, 400)))
    assert "PX103" not in said
    other = written.HA_200.replace("app/s1", "shop/s9")
    assert "PX103" not in found(log(over(other, 800), over(written.HA_REFUSED, 400)))


def test_a_server_that_passes_its_check_again_is_no_longer_told() -> None:
    down = written.HA_UP.replace("is UP", "is DOWN")
    serving = over(written.HA_200.replace("app/s1", "half/s2"), 800)
    assert found(log(serving, [(200.0, down)]))["PX103"].sentence == (
        "The server half/s1 fails (it does not pass the proxy's health check), while another one is well."
    )
    assert "PX103" not in found(log(serving, [(200.0, down), (100.0, written.HA_UP)]))


def test_a_small_route_that_fails_is_told_though_the_whole_looks_well() -> None:
    other = written.HA_NOBODY
    said = found(log(over(written.HA_200, 4_000), over(other, 25)))
    assert said["PX101"].health is OK
    assert said["PX102"].sentence == ("25 of 25 requests to none (100 %) fail; the other routes are well.")


@pytest.mark.parametrize(
    ("before", "now", "health"),
    [(0.1, 0.9, OK), (0.1, 1.2, CRITICAL), (0.5, 1.2, WARN), (1.0, 1.2, OK), (2.0, 6.0, WARN)],
)
def test_requests_are_slow_against_their_own_past(before: float, now: float, health: Health) -> None:
    slow, fast = (written.UP_200.replace("rt=0.013", f"rt={each}") for each in (now, before))
    said = found(log(over(slow, 700), over(fast, 700, **BEFORE)))["PX104"]
    assert said.health is health
    assert figures(said)["slowest 5 %"] == now


def test_without_a_past_only_what_is_very_slow_is_called_so() -> None:
    for seconds, health in ((4.0, OK), (6.0, WARN)):
        slow = written.UP_200.replace("rt=0.013", f"rt={seconds}")
        assert found(log(over(slow, 700)))["PX104"].health is health


@pytest.mark.parametrize(
    ("before", "now", "health"), [(20, 300, WARN), (200, 300, OK), (0, 150, OK), (0, 700, WARN)]
)
def test_refused_logins_are_judged_against_before(before: int, now: int, health: Health) -> None:
    """Some interfaces refuse every first request; that is usual, not a flood."""
    refused = written.COMBINED_500.replace(" 500 ", " 401 ")
    earlier = [over(written.COMBINED, 700, **BEFORE), over(refused, before, **BEFORE)] if before else []
    said = found(log(over(written.COMBINED, 400), over(refused, now), *earlier))["PX121"]
    assert said.health is health


def test_steady_traffic_that_has_ended_is_told_and_a_burst_is_not() -> None:
    steady = over(written.COMBINED, 1_000, **BEFORE)
    said = found(log(steady, over(written.COMBINED, 2)))["PX105"]
    assert said.health is CRITICAL
    assert said.sentence == "0 requests a minute; it was 200 in the 5 min before."
    assert "PX105" not in found(log(over(written.COMBINED, 1_000, since=599, until=550)))
    assert "PX105" not in found(log(over(written.COMBINED, 300, **BEFORE)))
    assert "PX105" not in found(log(steady, over(written.COMBINED, 300)))


def test_a_log_that_was_cut_is_judged_by_what_it_reaches() -> None:
    said = found(log(over(written.UP_REFUSED, 500, since=30), whole=False))["PX101"]
    assert said.sentence == (
        "1,000 requests a minute, 100 % end in 5xx. Older lines were left out: these reach back 30 s."
    )


def test_a_handful_of_requests_in_seconds_of_a_chatty_log_are_too_few_to_judge() -> None:
    chatty = over("DEBUG sampling", 10_000, since=2, until=0)
    said = found(
        log(chatty, over(written.UP_200, 5, since=2), over(written.UP_REFUSED, 2, since=1), whole=False)
    )
    assert {each.health for each in said.values()} == {OK}


def test_several_logs_of_one_proxy_are_counted_together() -> None:
    said = found(log(over(written.HA_200, 400)), log(over(written.HA_REFUSED, 300), source="edge-2"))["PX101"]
    assert (figures(said)["requests"], figures(said)["failed"]) == (700, 300)
    assert said.table[1:] == (("dead", "300", "300"), ("app", "400", "0"))


def test_a_log_of_complaints_alone_is_told_without_shares() -> None:
    said = found(log(over(written.CONNECT, 25)))
    assert said["PX111"].sentence == "25 requests got no connection to the back end."
    assert said["PX111"].health is WARN


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (0, "The proxy's log of the last 10 min tells of no request: it is empty."),
        (3, "The proxy's log of the last 10 min tells of no request: none of 3 lines names one."),
    ],
)
def test_a_log_that_is_not_understood_is_not_called_well(lines: int, sentence: str) -> None:
    said = found(log(over("INFO listening on :8080", lines) if lines else []))["PX001"]
    assert (said.health, said.sentence) == (Health.UNKNOWN, sentence)


def test_strangers_who_ask_for_what_was_never_there_are_no_alarm() -> None:
    said = found(log(over(written.TRAEFIK_200, 600), over(written.TRAEFIK_UNROUTED, 200)))
    assert (said["PX101"].health, said["PX114"].health) == (OK, OK)
    lost = found(log(over(written.TRAEFIK_200, 100), over(written.TRAEFIK_UNROUTED, 600)))
    assert lost["PX114"].health is WARN


def test_hosts_that_callers_make_up_do_not_grow_without_bound() -> None:
    made_up = [
        (float(number), written.CADDY_200.replace("shop.test", f"host-{number}")) for number in range(1, 299)
    ]
    counts = tally([reading(log(made_up))], WINDOW).now
    assert len(counts.routes) == MOST + 1
    assert counts.routes["others"].all == 298 - MOST


def test_nothing_of_what_callers_wrote_leaves() -> None:
    everything = [line for name, line in vars(written).items() if name.isupper() and name[0] != "_"]
    said = found(log(*(over(line, 30) for line in everything)))
    for word in ("secret", "token", "curl", "/dead", "/x?"):
        assert word not in repr(said)
