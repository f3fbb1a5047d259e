"""Deploys, builds and commits from a stand-in for GitHub: ages, strength, the last good build, refusals."""

import socket
from datetime import timedelta

import pytest

from diagnostics.probes import remote
from incidents.evidence import Health
from tests.diagnostics.deploys.standin import GitHub, section, serving
from tests.diagnostics.remote import NOW, ago, codes, figures, looked_at, one

SHA = "4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2"
OLD = "0123456789abcdef0123456789abcdef01234567"


def well(github: GitHub) -> None:
    github.deployed(OLD, ago(days=3), "inactive")
    github.deployed(SHA, ago(hours=5))
    github.built(SHA, ago(hours=6))
    github.committed(SHA, ago(hours=7))


async def test_a_quiet_day_is_told_without_alarm() -> None:
    async with serving() as github:
        well(github)
        examination = await looked_at(section(github))
    assert codes(examination) == {"DP200": "ok", "DP100": "ok", "DP300": "ok"}
    deploy = one(examination, "DP200").sentence
    assert deploy.startswith(
        "The last deploy to production was 5 h ago: 4f5e6d7c8b by alice; 0 in the last hour"
    )
    assert one(examination, "DP300").sentence == "The newest build of main is good: 4f5e6d7c8b, 6 h ago."
    assert "1 commit on main in the last day, 0 in the last hour" in one(examination, "DP100").sentence


@pytest.mark.parametrize(
    ("minutes", "strength"), [(3, "strong"), (9, "strong"), (10, "medium"), (59, "medium"), (60, None)]
)
async def test_the_age_of_the_last_deploy_is_a_figure_with_its_strength(
    minutes: int, strength: str | None
) -> None:
    async with serving() as github:
        github.deployed(SHA, ago(minutes=minutes))
        finding = one(await looked_at(section(github)), "DP200")
    assert finding.health is Health.OK
    assert figures(finding)["minutes since deploy"] == minutes
    assert figures(finding)["strength"] == strength


async def test_deploys_of_the_hour_and_day_are_counted_for_one_environment() -> None:
    async with serving() as github:
        for age in (600, 30, 20):
            github.deployed(SHA, ago(minutes=age))
        github.deployed(OLD, ago(minutes=5), environment="staging")
        finding = one(await looked_at(section(github)), "DP200")
    assert figures(finding)["deploys in the last hour"] == 2
    assert figures(finding)["deploys in the last day"] == 3
    assert figures(finding)["minutes since deploy"] == 20
    marks = {(mark.name, NOW.timestamp() - mark.at) for mark in finding.marks}
    assert marks == {("deploy 4f5e6d7", 60.0 * age) for age in (600, 30, 20)}


async def test_a_failed_deploy_is_a_warning_and_the_one_before_it_is_still_told() -> None:
    async with serving() as github:
        github.deployed(OLD, ago(hours=2))
        github.deployed(SHA, ago(minutes=4), "failure")
        examination = await looked_at(section(github))
    failed = one(examination, "DP201")
    assert failed.health is Health.WARN
    assert failed.sentence == "The newest deploy to production failed 4 min ago: 4f5e6d7c8b by alice."
    assert figures(one(examination, "DP200"))["commit"] == OLD[:10]


async def test_a_deploy_on_its_way_is_told_without_alarm() -> None:
    async with serving() as github:
        github.deployed(SHA, ago(minutes=1), "in_progress")
        examination = await looked_at(section(github))
    assert one(examination, "DP202").health is Health.OK
    assert "is on its way, begun 60 s ago" in one(examination, "DP202").sentence


async def test_without_deployments_releases_stand_in() -> None:
    async with serving() as github:
        release = {"id": 1, "tag_name": "v2.4.1", "draft": False, "author": {"login": "bob"}}
        draft = {"id": 2, "tag_name": "v3", "draft": True, "published_at": None, "author": {"login": "bob"}}
        github.releases = [draft, release | {"published_at": ago(minutes=12)}]
        finding = one(await looked_at(section(github)), "DP200")
    assert finding.sentence.startswith("The last release was 12 min ago: v2.4.1 by bob")


async def test_where_nothing_was_ever_deployed_that_is_unknown() -> None:
    async with serving() as github:
        examination = await looked_at(section(github))
    assert codes(examination) == {"DP203": "unknown", "DP302": "unknown", "DP100": "ok"}


ONSET = NOW - timedelta(minutes=40)


async def test_in_an_incident_a_deploy_is_told_to_when_that_began() -> None:
    async with serving() as github:
        github.deployed(OLD, ago(minutes=63))
        github.deployed(SHA, ago(minutes=10))
        github.committed(OLD, ago(minutes=70))
        github.committed(SHA, ago(minutes=12), "Bob")
        github.built(OLD, ago(minutes=65))
        examination = await looked_at(section(github), onset=ONSET)
    deploy = one(examination, "DP200")
    assert deploy.sentence == (
        "The last deploy to production was 23 min before it began: 0123456789 by alice; "
        "1 in the hour before, 1 in the day before, and 1 since it began."
    )
    assert (figures(deploy)["minutes since deploy"], figures(deploy)["came"]) == (23, "before")
    commits = one(examination, "DP100").sentence
    assert commits.startswith("1 commit on main in the day before, 1 in the hour before")
    assert commits.endswith("the newest 30 min before it began by Alice.")
    assert one(examination, "DP300").sentence == "The newest build of main is good: 0123456789, 65 min ago."


@pytest.mark.parametrize(("minutes", "came"), [(50, "before"), (4, "after")])
async def test_a_failed_deploy_that_came_after_it_began_is_told_as_such(minutes: int, came: str) -> None:
    async with serving() as github:
        github.deployed(SHA, ago(minutes=minutes), "failure")
        failed = one(await looked_at(section(github), onset=ONSET), "DP201")
    assert figures(failed)["came"] == came
    assert f"min {came} it began: 4f5e6d7c8b" in failed.sentence


async def test_where_every_deploy_came_after_it_began_none_is_the_last_one_before() -> None:
    async with serving() as github:
        github.deployed(SHA, ago(minutes=4))
        assert "DP200" not in codes(await looked_at(section(github), onset=ONSET))


async def test_a_broken_build_names_the_last_good_one() -> None:
    async with serving() as github:
        github.built(OLD, ago(hours=9))
        github.built("b" * 40, ago(hours=1), "cancelled")
        github.built("c" * 40, ago(minutes=50), "failure")
        github.built(SHA, ago(minutes=12), "timed_out")
        finding = one(await looked_at(section(github)), "DP301")
    assert finding.health is Health.WARN
    said = (
        "The newest build of main failed 12 min ago (4f5e6d7c8b); the last good one is 0123456789, 9 h ago."
    )
    assert finding.sentence == said
    assert figures(finding)["failed since"] == 2


async def test_a_good_build_from_long_ago_is_still_found() -> None:
    async with serving() as github:
        github.built(OLD, ago(days=4))
        for hour in range(30, 0, -1):
            github.built(SHA, ago(hours=hour), "failure")
        finding = one(await looked_at(section(github)), "DP301")
    assert figures(finding)["last good build"] == OLD[:10]


async def test_only_the_configured_workflow_counts() -> None:
    async with serving() as github:
        github.built(OLD, ago(hours=2))
        github.built(SHA, ago(minutes=2), "failure", workflow="lint.yml")
        assert "DP300" in codes(await looked_at(section(github, workflow="build.yml")))
        assert "DP301" in codes(await looked_at(section(github)))


async def test_commits_are_counted_with_their_authors() -> None:
    async with serving() as github:
        github.committed(OLD, ago(hours=30))
        github.committed("a" * 40, ago(hours=5), "Bob")
        github.committed(SHA, ago(minutes=25), "Alice", "Pool is closed later\n\nSecret: none")
        finding = one(await looked_at(section(github)), "DP100")
    assert finding.sentence == (
        "2 commits on main in the last day, 1 in the last hour, the newest 25 min ago by Alice."
    )
    assert figures(finding)["authors"] == 2
    assert finding.table[1][3] == "Pool is closed later"


@pytest.mark.parametrize(
    ("word", "status", "headers", "code", "step"),
    [
        ("deployments", 403, {}, "DP016", "Give its token the right Deployments: read."),
        ("actions", 403, {}, "DP016", "Give its token the right Actions: read."),
        ("commits", 403, {}, "DP016", "Give its token the right Contents: read."),
        ("deployments", 403, {"x-ratelimit-remaining": "0"}, "DP018", "Ask again later"),
        ("deployments", 429, {"retry-after": "60"}, "DP018", "Ask again later"),
        ("deployments", 404, {}, "DP017", "that the token may see them"),
        ("actions", 502, {}, "DP014", "Look at its own status"),
        ("deployments", 301, {"location": "https://attacker.example/"}, "DP014", "Look at its own status"),
    ],
)
async def test_a_refusal_costs_one_thing_and_names_what_is_missing(
    word: str, status: int, headers: dict[str, str], code: str, step: str
) -> None:
    async with serving() as github:
        well(github)
        github.broken, github.headers = {word: status}, headers
        examination = await looked_at(section(github))
    finding = one(examination, code)
    assert finding.health is Health.UNKNOWN
    assert step in finding.next_step
    assert len(codes(examination)) == 3


async def test_a_wrong_token_is_told_and_not_shown() -> None:
    async with serving() as github:
        examination = await looked_at(section(github, token="wrong-token-0123456789"))
    assert set(codes(examination)) == {"DP015"}
    assert "wrong-token" not in repr(examination)


async def test_github_away_has_its_code() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = GitHub(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert codes(await looked_at(section(away))) == {"DP010": "unknown"}


async def test_a_silent_github_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ANSWER", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = GitHub(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert codes(await looked_at(section(mute))) == {"DP011": "unknown"}


async def test_an_answer_too_large_or_of_another_shape_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as github:
        well(github)
        github.deployments[0].pop("sha")
        assert codes(await looked_at(section(github)))["DP014"] == "unknown"
        monkeypatch.setattr(remote, "MOST", 100)
        assert set(codes(await looked_at(section(github)))) == {"DP014"}
