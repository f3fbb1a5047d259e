"""Real proxies in containers, looked at by the log that a real engine keeps of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Health
from tests.diagnosis import __main__ as program
from tests.diagnosis import proxy as table
from tests.diagnosis.case import Case
from tests.diagnosis.table import Outcome
from tests.diagnostics.described import assert_described, coded, codes
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.proxy.proxies import DEAD, GOOD, caddy, haproxy, nginx, of, serving
from tests.diagnostics.rules import RULES

GOES = f"location / {{ proxy_pass http://127.0.0.1:{GOOD}; }}"
DEAD_END = f"location / {{ proxy_pass http://127.0.0.1:{DEAD}; }}"
SECRET = "/pay?token=swordfish-2026&card=4111111111111111"
WHOLE_WAY = {
    "Nginx, all well",
    "HAProxy, well, some 404 and 401",
    "a single 502 in little traffic",
    "502 at the front, the back end well",
    "HAProxy, no server passes its check",
    "Nginx, one of two servers dead, callers served",
    "Nginx, slow to 504",
    "Caddy, connections ended in mid-answer",
    "the application's own 502",
    "callers limited, as Nginx does it (503)",
}


async def looked(section: Mapping[str, object]) -> Examination:
    """The whole answer to `/diagnose proxy` in the room of the service shop."""
    targets = read_targets("shop", [section], environ={})
    async with Examiner(
        {"shop": targets},
        clock=lambda: datetime.now(UTC),
        redactor=Redactor(["hunter2-and-more"]),
        rules=RULES,
    ) as examiner:
        examination = [seen async for seen in examiner.examine("proxy", "shop")][-1]
    assert_described(examination.findings, targets[0].family.codes)
    return examination


@pytest.mark.parametrize(
    "case", [case for case in table.GROUP.cases if case.what in WHOLE_WAY], ids=lambda case: case.what
)
async def test_the_verdict_names_what_fails_behind_the_proxy(engine: Dockerd, case: Case) -> None:
    row = await program.row_of("Proxy", case, engine)
    assert row.outcome is Outcome.RIGHT, row.sentence


def test_every_case_that_goes_the_whole_way_is_in_the_table() -> None:
    assert {case.what for case in table.GROUP.cases} >= WHOLE_WAY


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("nginx", nginx(DEAD_END)),
        ("haproxy", haproxy(f"backend app\n  server s1 127.0.0.1:{DEAD}\n")),
        ("caddy", caddy(f"reverse_proxy 127.0.0.1:{DEAD}")),
    ],
)
async def test_nothing_of_a_request_leaves_but_that_it_failed(
    engine: Dockerd, name: str, config: str
) -> None:
    proxy = serving(engine, name, config)
    proxy.call(SECRET, times=150)
    proxy.called()
    examination = await looked(of(engine))
    assert coded(examination, "PX111").health is Health.CRITICAL
    for word in ("swordfish", "token", "4111", "/pay", "Wget"):
        assert word not in repr(examination)


async def test_the_newest_lines_are_read_and_it_is_said_how_far_they_reach(engine: Dockerd) -> None:
    proxy = serving(engine, "nginx", nginx(GOES))
    proxy.call("/", times=300)
    proxy.called()
    examination = await looked(of(engine, logs={"window": 60, "lines": 100}))
    said = coded(examination, "PX101")
    assert {figure.name: figure.value for figure in said.figures}["lines"] == 100
    assert "Older lines were left out: these reach back " in said.sentence


async def test_a_proxy_that_does_not_run_is_told_and_its_log_is_read_nevertheless(engine: Dockerd) -> None:
    proxy = serving(engine, "nginx", nginx(DEAD_END))
    proxy.call("/", times=150)
    proxy.called()
    proxy.container.kill()
    proxy.container.wait()
    examination = await looked(of(engine))
    assert coded(examination, "PX003").sentence == "The proxy edge does not run (exited)."
    assert coded(examination, "PX111").health is Health.CRITICAL
    assert examination.causes[0].code == "PROXY_DOWN"


async def test_a_proxy_that_is_not_there_is_told(engine: Dockerd) -> None:
    examination = await looked(of(engine))
    assert coded(examination, "PX003").sentence == "There is no container edge."
    assert examination.health is Health.CRITICAL


async def test_one_of_two_containers_missing_leaves_the_other_to_be_judged(engine: Dockerd) -> None:
    proxy = serving(engine, "nginx", nginx(GOES))
    proxy.call("/", times=150)
    proxy.called()
    examination = await looked(of(engine, docker={"url": engine.address, "containers": ["edge", "edge-2"]}))
    assert coded(examination, "PX003").health is Health.WARN
    assert coded(examination, "PX101").health is Health.OK
    assert not examination.causes


async def test_a_log_that_is_kept_elsewhere_is_not_called_well(engine: Dockerd) -> None:
    engine.run("edge", "while :; do sleep 0.1; done", log_config={"Type": "none"})
    examination = await looked(of(engine))
    assert codes(examination) == {"PX002"}
    assert examination.health is Health.UNKNOWN


async def test_a_log_of_another_kind_says_what_it_lacks(engine: Dockerd) -> None:
    engine.run("edge", "echo listening on :8080; echo ready").wait()
    examination = await looked(of(engine))
    assert coded(examination, "PX001").sentence.endswith("tells of no request: none of 2 lines names one.")


@pytest.mark.parametrize("forbidden", ["", "/containers", "/logs"])  # words of paths
async def test_only_get_is_asked_and_what_is_forbidden_leaves_it_unknown(
    engine: Dockerd, forbidden: str
) -> None:
    engine.client.containers.create(IMAGE, name="edge")
    async with proxied(engine, forbidden=[forbidden] if forbidden else []) as gate:
        examination = await looked(of(engine, docker={"url": gate.address, "containers": ["edge"]}))
    assert {method for method, _ in gate.asked} == {"GET"}
    if forbidden:
        assert examination.health is Health.UNKNOWN
        assert not {"PX101", "PX003"} & codes(examination)
        assert "hunter2" not in repr(examination)


@pytest.mark.parametrize("url", ["unix://{}/none.sock", "tcp://no-such-host.invalid:2375"])
async def test_an_engine_that_cannot_be_asked_says_nothing_of_the_proxy(url: str, tmp_path: Path) -> None:
    place = {"url": url.format(tmp_path), "containers": ["edge"]}
    examination = await looked({"kind": "proxy", "name": "proxy", "docker": place})
    assert codes(examination) == {"PX002"}
    assert examination.health is Health.UNKNOWN
    assert not examination.causes


async def test_without_a_section_of_its_own_the_word_leads_to_the_logs_that_tell_of_a_proxy(
    engine: Dockerd,
) -> None:
    proxy = serving(engine, "nginx", nginx(DEAD_END))
    proxy.call("/", times=40)
    proxy.called()
    app = {"kind": "docker", "name": "app", "url": engine.address, "containers": ["edge"]}
    examination = await looked(app)
    assert examination.target == "shop app logs"
    assert coded(examination, "LG116").health is Health.WARN
    assert examination.causes[0].code == "PROXY_ROUTING"
