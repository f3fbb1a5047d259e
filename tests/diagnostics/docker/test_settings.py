"""Settings that a container must have: told by name, and no value is kept, shown or logged."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from diagnostics.probes.docker.environment import Lacking, lacking
from diagnostics.snapshot import save
from diagnostics.targets import read_targets
from diagnostics.verdict import judge
from incidents.errors import Misconfigured
from incidents.evidence import Health
from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.test_faults import IDLE, figures, looked, of
from tests.diagnostics.rules import RULES

REQUIRED = ["SMTP_HOST", "SMTP_PASSWORD", "SMTP_PORT"]
THERE = {"SMTP_PASSWORD": "unmistakable-value-7", "SMTP_PORT": "", "OTHER_NAME": "unmistakable-value-8"}


async def test_what_a_container_lacks_is_told_by_name(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE, environment=THERE)
    async with opens(required_env=REQUIRED) as examiner:
        finding = of(await looked(examiner), "DK114")
    assert finding.sentence == "api has no setting SMTP_HOST and has nothing in SMTP_PORT."
    assert finding.health is Health.CRITICAL
    assert figures(finding) == {"container": "api", "setting": "SMTP_HOST", "missing": 1, "empty": 1}


async def test_no_value_is_found_in_the_snapshot_the_log_or_the_verdict(
    engine: Dockerd, opens: Opens, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine.run("api", IDLE, environment=THERE)
    async with opens(required_env=[*REQUIRED, "OTHER_NAME"]) as examiner:
        collected = await examiner.collect("app", "shop")
    save(tmp_path / "seen.json", collected)
    verdict = judge(collected, RULES)
    assert verdict.causes[0].code == "CONFIG_ERROR"
    for text in (repr(collected), repr(verdict), (tmp_path / "seen.json").read_text(), caplog.text):
        assert "unmistakable" not in text
        assert "OTHER_NAME" not in text  # it is there, so nobody need speak of it


async def test_a_container_that_has_everything_is_well(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE, environment={"SMTP_HOST": "mail", "SMTP_PASSWORD": "x", "SMTP_PORT": "25"})
    async with opens(required_env=REQUIRED) as examiner:
        examination = await looked(examiner)
    assert "DK114" not in {finding.code for finding in examination.findings}
    assert examination.health is Health.OK


@pytest.mark.parametrize(
    ("entries", "lacks"),
    [
        (["A=1", "B=2"], Lacking()),
        (["A=", "B=  "], Lacking(empty=("A", "B"))),
        ([], Lacking(absent=("A", "B"))),
        (["A", "AB=1", "B=x=y"], Lacking(empty=("A",))),
    ],
)
def test_a_name_is_there_empty_or_absent(entries: Sequence[str], lacks: Lacking) -> None:
    assert lacking({"Env": entries}, ["A", "B"]) == lacks
    assert lacking({"Env": None}, []) == Lacking()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"project": "shop", "required_env": ["A"]}, "name the services that need them"),
        ({"containers": ["api"], "required_env": ["A=secret-value"]}, "required_env"),
    ],
)
def test_settings_that_cannot_be_asked_for_are_refused_by_name(
    settings: dict[str, object], said: str
) -> None:
    with pytest.raises(Misconfigured, match=said) as refused:
        read_targets("shop", [{"kind": "docker", "name": "app", **settings}], environ={})
    assert "secret-value" not in str(refused.value)
