"""What was collected is kept as a file; judged from there, it is the same verdict."""

import json
from pathlib import Path

import pytest

from diagnostics.snapshot import load, save
from diagnostics.verdict import judge
from incidents.errors import Misconfigured, Refused
from tests.diagnostics.conftest import Looks, as_role
from tests.diagnostics.faults import filled
from tests.diagnostics.rules import RULES


async def test_what_was_kept_gives_the_verdict_that_was_given_live(
    database: str, looks: Looks, tmp_path: Path
) -> None:
    async with looks(as_role(database, "diag")) as examiner, filled(as_role(database, "app")):
        collected = await examiner.collect("db", "payments")
    live = judge(collected, RULES)
    save(tmp_path / "leak.json", collected)
    assert live.causes[0].code == "DB_CONN_EXHAUSTION_LEAK"
    assert any(finding.chart for finding in live.findings)
    assert judge(load(tmp_path / "leak.json"), RULES) == live
    assert (tmp_path / "leak.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"collected": {}}, {"collected": {"looks": "x"}}],
    ids=["version", "keys", "kinds"],
)
async def test_a_file_of_another_kind_is_refused_by_its_place(
    change: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"version": 1, "collected": {}} | change))
    with pytest.raises(Misconfigured, match="is not what `tocsin diagnose --save` of this version writes"):
        load(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load(tmp_path / "missing.json")


async def test_a_folder_that_cannot_be_written_is_said(database: str, looks: Looks, tmp_path: Path) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        collected = await examiner.collect("db", "payments")
    with pytest.raises(Refused, match="cannot be written"):
        save(tmp_path / "no" / "x.json", collected)
