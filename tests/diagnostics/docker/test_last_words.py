"""What containers wrote before they ended, and checks that cannot run, on a real engine."""

import pytest

from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.test_faults import IDLE, looked, of

SECOND = 1_000_000_000


async def test_a_container_that_does_not_stay_up_is_told_with_what_it_wrote(
    engine: Dockerd, opens: Opens
) -> None:
    script = "echo starting; echo 'panic: no rates'; echo 'goroutine 1 [running]:'; exit 2"
    loop = engine.run("api", script, restart_policy={"Name": "always"})
    engine.heard(loop, "start", times=4)
    async with opens() as examiner:
        examination = await looked(examiner)
    assert of(examination, "LG005").sentence == "api wrote before it ended: “panic: no rates”."


@pytest.mark.parametrize("script", ["echo 'ERROR once'; exit 0", f"echo 'ERROR once'; {IDLE}"])
async def test_a_container_that_is_done_or_runs_has_no_last_words(
    engine: Dockerd, opens: Opens, script: str
) -> None:
    engine.run("api", script)
    async with opens() as examiner:
        examination = await looked(examiner)
    assert "LG005" not in {finding.code for finding in examination.findings}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("curl -fsS http://localhost/ || exit 1", "DK112"),  # busybox has none
        ("echo no answer; exit 1", "DK106"),
        ("echo page not found; exit 1", "DK106"),
    ],
)
async def test_a_check_whose_shell_does_not_find_its_program_is_broken(
    engine: Dockerd, opens: Opens, call: str, code: str
) -> None:
    check = {"test": ["CMD-SHELL", call], "interval": SECOND // 5, "retries": 1}
    engine.heard(engine.run("api", IDLE, healthcheck=check), "health_status: unhealthy")
    async with opens() as examiner:
        examination = await looked(examiner)
    assert of(examination, code).sentence.startswith("api runs, but its ")
