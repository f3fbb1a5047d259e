"""Commits from real clones made by git, and what git is kept from doing."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from diagnostics.examine import Examiner
from diagnostics.probes.deploys import git as git_module
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured, Refused
from incidents.evidence import Examination, Health
from tests.diagnostics.remote import NOW, codes, figures, looked_at, one

LOCAL = {"kind": "deploys", "name": "deploys", "repository": "/srv/payments"}


class Clone:
    """A repository of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._run("init", "--quiet", "--initial-branch=main", str(folder))

    def commit(self, subject: str, author: str = "Alice", **age: float) -> str:
        """A commit that came into being that long before now; its name."""
        at = f"{(NOW - timedelta(**age)).timestamp():.0f} +0000"
        who = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": at}
        also = {
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_COMMITTER_DATE": at,
        }
        self._run(
            "-C", str(self.folder), "commit", "--quiet", "--allow-empty", "-m", subject, more=who | also
        )
        return self._run("-C", str(self.folder), "rev-parse", "HEAD").strip()

    def branch(self, name: str) -> None:
        """Another branch, where main is."""
        self._run("-C", str(self.folder), "branch", name)

    def setting(self, name: str, value: str) -> None:
        """Set something in the repository's own configuration."""
        self._run("-C", str(self.folder), "config", name, value)

    def fetched(self, **age: float) -> None:
        """Make it look fetched that long before now."""
        file = self.folder / ".git" / "FETCH_HEAD"
        file.touch()
        moment = (NOW - timedelta(**age)).timestamp()
        os.utime(file, (moment, moment))

    def _run(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | dict(more or {})
        line = ["git", "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(line, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def clone(tmp_path: Path, missing: Callable[[str, str], NoReturn]) -> Clone:
    if shutil.which("git") is None:
        missing("git", "git")
    return Clone(tmp_path / "payments")


async def looked(clone: Clone, *, onset: datetime | None = None, **more: object) -> Examination:
    return await looked_at({**LOCAL, "repository": str(clone.folder), **more}, onset=onset)


async def test_the_commits_of_the_hour_and_day_are_told_with_author_and_subject(clone: Clone) -> None:
    clone.commit("Long ago", days=9)
    clone.commit("Yesterday's evening", "Bob", hours=20)
    newest = clone.commit("Keep the pool open", "Chloé", minutes=23)
    finding = one(await looked(clone), "DP100")
    said = "2 commits on main in the last day, 1 in the last hour, the newest 23 min ago by Chloé."
    assert (finding.sentence, finding.health) == (said, Health.OK)
    assert figures(finding)["commit"] == newest[:10]
    assert figures(finding)["minutes since commit"] == 23
    assert figures(finding)["authors"] == 2
    assert [row[3] for row in finding.table[1:]] == ["Keep the pool open", "Yesterday's evening"]


async def test_in_an_incident_commits_are_told_to_when_it_began_and_the_clones_age_to_now(
    clone: Clone,
) -> None:
    clone.commit("Keep the pool open", "Chloé", minutes=63)
    clone.commit("Revert that", "Bob", minutes=5)
    clone.fetched(hours=26)
    examination = await looked(clone, onset=NOW - timedelta(minutes=40))
    said = one(examination, "DP100").sentence
    assert said.startswith("1 commit on main in the day before, 1 in the hour before")
    assert said.endswith("the newest 23 min before it began by Chloé.")
    assert one(examination, "DP101").sentence == "The clone was last fetched 26 h ago."


async def test_on_a_quiet_day_the_newest_commit_is_still_named(clone: Clone) -> None:
    clone.commit("Long ago", days=9)
    finding = one(await looked(clone), "DP100")
    assert finding.sentence == (
        "0 commits on main in the last day, 0 in the last hour, the newest 9 days ago by Alice."
    )


async def test_a_clone_that_nobody_fetches_is_said_to_know_nothing_new(clone: Clone) -> None:
    clone.commit("Something", hours=30)
    clone.fetched(hours=26)
    examination = await looked(clone)
    stale = one(examination, "DP101")
    assert (stale.health, stale.sentence) == (Health.UNKNOWN, "The clone was last fetched 26 h ago.")
    clone.fetched(minutes=5)
    assert "DP101" not in codes(await looked(clone))


async def test_another_branch_can_be_named(clone: Clone) -> None:
    clone.commit("Something", hours=1)
    clone.branch("release/2.4")
    assert "on release/2.4" in one(await looked(clone, branch="release/2.4"), "DP100").sentence


async def test_what_cannot_be_read_has_its_own_code_each(clone: Clone, tmp_path: Path) -> None:
    assert codes(await looked(clone)) == {"DP022": "unknown"}  # no commit yet
    clone.commit("Something", hours=1)
    assert codes(await looked(clone, branch="nowhere")) == {"DP022": "unknown"}
    assert codes(await looked_at(LOCAL | {"repository": str(tmp_path)})) == {"DP020": "unknown"}
    assert codes(await looked_at(LOCAL | {"repository": str(tmp_path / "gone")})) == {"DP020": "unknown"}


async def test_without_git_that_is_said(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert codes(await looked(clone)) == {"DP023": "unknown"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
async def test_a_clone_of_another_user_is_not_read(clone: Clone) -> None:
    clone.commit("Something", hours=1)
    for file in (clone.folder, *clone.folder.rglob("*")):
        os.chown(file, 65534, 65534)
    assert codes(await looked(clone)) == {"DP021": "unknown"}


async def test_a_git_that_hangs_is_ended(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*line: str, **more: Any) -> asyncio.subprocess.Process:  # noqa: ANN401 -- as asyncio has it
        started.append(await start(*line, **more))
        return started[-1]

    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(git_module, "ANSWER", 0.1)
    assert codes(await looked(clone)) == {"DP024": "unknown"}
    assert [process.returncode for process in started] == [-signal.SIGKILL]


async def test_a_repositorys_own_settings_run_nothing(clone: Clone, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in (
        "core.pager",
        "core.fsmonitor",
        "gpg.program",
        "core.sshCommand",
        "diff.external",
        "pager.log",
    ):
        clone.setting(name, str(trap))
    clone.commit("Something", hours=1)
    clone.setting("log.showSignature", "true")
    (tmp_path / "sprung").unlink(missing_ok=True)  # committing may have asked the watcher
    assert "DP100" in codes(await looked(clone))
    assert not (tmp_path / "sprung").exists()


async def test_none_of_our_environment_but_the_path_is_handed_on(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.commit("Something", hours=1)
    other = Clone(tmp_path / "other")
    other.commit("Elsewhere", "Mallory", hours=1)
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert figures(one(await looked(clone), "DP100"))["author"] == "Alice"
    assert not (tmp_path / "trace").exists()


async def test_a_huge_history_is_read_only_in_part(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        clone.commit(f"Change {number} " + "x" * 200, minutes=60 - number)
    monkeypatch.setattr(git_module, "MOST", 700)
    finding = one(await looked(clone), "DP100")
    assert 1 < len(finding.table) < 6


async def test_a_hostile_subject_stays_one_line(clone: Clone) -> None:
    clone.commit("<!channel> ```\n\n--server=https://attacker.example password=hunter2hunter2", hours=1)
    examination = await looked(clone)
    assert one(examination, "DP100").table[1][3] == "<!channel> ```"
    assert "hunter2" not in repr(examination)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("repository", "--upload-pack=touch /tmp/x"),
        ("repository", "payments"),
        ("repository", "/srv/../etc"),
        ("repository", "/srv\n/x"),
        ("branch", "--output=/tmp/x"),
        ("branch", "main..evil"),
        ("branch", "main\n"),
        ("branch", "main;touch x"),
        ("branch", "@{-1}"),
        ("github", "acme"),
        ("github", "acme/../../orgs"),
        ("github", "acme/.."),
        ("github", "acme/payments/x"),
        ("github", "-acme/payments"),
        ("github", "acme/payments\n"),
        ("github_url", "http://github.example.com"),
        ("github_url", "https://u:hunter2@github.example.com"),
        ("environment", "--production"),
        ("environment", "a&b=c"),
        ("environment", "production\n"),
        ("workflow", "../../x.yml"),
        ("workflow", "a/b.yml"),
        ("workflow", "-x.yml"),
    ],
)
def test_a_setting_that_is_no_such_thing_is_refused_by_name(setting: str, value: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_targets("payments", [LOCAL | {setting: value}], environ={})
    assert f"(deploys): {setting}: it must" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_nowhere_to_look_is_refused() -> None:
    with pytest.raises(Misconfigured, match="give repository, github, or both"):
        read_targets("payments", [{"kind": "deploys", "name": "deploys"}], environ={})


@pytest.mark.parametrize(
    "typed", ["deploys --since=2000", "deploys main..evil", "deploys /etc", "--output=/tmp/x"]
)
async def test_nothing_typed_in_chat_reaches_git(
    clone: Clone, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    targets = read_targets("payments", [LOCAL | {"repository": str(clone.folder)}], environ={})
    async with Examiner({"payments": targets}, clock=lambda: NOW, redactor=Redactor()) as examiner:
        with pytest.raises(Refused):
            [each async for each in examiner.examine(typed, "payments")]
