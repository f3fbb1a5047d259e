"""`policy.toml`: read as the team's rules, and each kind of mistake named with file, key, reason and fix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app import config
from incidents.errors import Misconfigured

_FILE = """
{top}
assumed_severity = "SEV2"

[[severity]]
name = "SEV1"
meaning = "Down for all"
{first}

[[severity]]
name = "SEV2"
meaning = "Down for many"
"""


def _complaint(folder: Path, text: str) -> str:
    """What the operator reads, without the folder."""
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as error:
        config.policy(folder)
    return str(error.value).replace(f"{folder}/", "")


@pytest.fixture
def complaint(tmp_path: Path) -> Callable[..., str]:
    return lambda top="", first="": _complaint(tmp_path, _FILE.format(top=top, first=first))


def test_a_full_file_becomes_the_teams_rules(tmp_path: Path) -> None:
    text = _FILE.format(
        top='time_zone = "Europe/Berlin"\nannounce_in = "#störungen"\n'
        'ladder = ["U012AB3CD", "@dana", "a@example.com"]\nmonitor_minutes = 30\nwarn_before_minutes = 3\n'
        "monitor_minutes_after_fix_forward = 90\n"
        "watch_every_minutes = 2\ncall_after_minutes = 4\nsnooze_minutes = 8\npost_mortem_days = 2\n"
        'codes_url = "https://git.example.com/docs/codes.md"',
        first='mark = ":fire:"\naliases = ["P1", "critical"]\nupdate_every_minutes = 10\npost_mortem = true\n'
        "diagnose_on_declare = true",
    )
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    policy = config.policy(tmp_path)
    worst = policy.severity("critical")
    assert (worst.name, worst.mark, worst.cadence) == ("SEV1", ":fire:", timedelta(minutes=10))
    assert worst.retrospective
    assert worst.diagnose
    assert not policy.severity("SEV2").diagnose
    assert policy.codes_url == "https://git.example.com/docs/codes.md"
    assert (str(policy.time_zone), policy.announce_in, policy.assumed) == (
        "Europe/Berlin",
        "störungen",
        "SEV2",
    )
    assert policy.ladder == ("U012AB3CD", "@dana", "a@example.com")
    assert (policy.monitor, policy.watch_every) == (timedelta(minutes=30), timedelta(minutes=2))
    assert policy.monitor_fix_forward == timedelta(minutes=90)
    assert policy.warn_before == timedelta(minutes=3)
    assert (policy.call_after, policy.snooze) == (timedelta(minutes=4), timedelta(minutes=8))
    assert policy.retrospective_days == 2


def test_a_short_file_has_defaults_worth_accepting(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(_FILE.format(top="", first=""), encoding="utf-8")
    policy = config.policy(tmp_path)
    assert (str(policy.time_zone), policy.announce_in, policy.ladder) == ("UTC", "incidents", ())
    assert (policy.warn_before, policy.call_after) == (timedelta(minutes=5), timedelta(minutes=5))
    assert (policy.monitor, policy.watch_every) == (timedelta(minutes=15), timedelta(minutes=5))
    assert policy.monitor_fix_forward == timedelta(minutes=60)
    assert policy.severity("SEV1").cadence is None


def test_a_missing_file_is_named_with_two_ways_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"policy\.toml is missing\. Copy it from .* TOCSIN_CONFIG"):
        config.policy(tmp_path)


def test_a_file_that_is_not_toml_is_named_with_the_line(tmp_path: Path) -> None:
    said = _complaint(tmp_path, "time_zone = UTC\n")
    assert said.startswith("policy.toml is not valid TOML")
    assert "line 1" in said


def test_a_file_that_is_not_utf8_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b'time_zone = "\xff"')
    with pytest.raises(Misconfigured, match=r"policy\.toml cannot be read .* readable UTF-8 file"):
        config.policy(tmp_path)


def test_a_folder_in_place_of_the_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").mkdir()
    with pytest.raises(Misconfigured, match=r"policy\.toml cannot be read"):
        config.policy(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('tme_zone = "UTC"', "tme_zone: there is no such key. Did you mean time_zone?"),
        ("fruit = 1", "fruit: there is no such key. Remove it."),
        (
            "update_every_minutes = 5",
            "update_every_minutes: there is no such key here. Move it to the table that it belongs to.",
        ),
        (
            'time_zone = "Europe/Berln"',
            (
                "time_zone: there is no such time zone; write a name such as Europe/Berlin "
                "(it is “Europe/Berln”)."
            ),
        ),
        ('time_zone = ""', "time_zone: there is no such time zone; write a name such as Europe/Berlin."),
        (
            'announce_in = "In Cidents"',
            "announce_in: must be a channel's name in lowercase, such as incidents (it is “In Cidents”).",
        ),
        ("monitor_minutes = 0", "monitor_minutes: must be more than 0 (it is 0)."),
        ("watch_every_minutes = 0", "watch_every_minutes: must be more than 0 (it is 0)."),
        ("monitor_minutes = 99999", "monitor_minutes: must be at most 10080 (it is 99999)."),
        ('snooze_minutes = "10"', "snooze_minutes: must be a whole number, without quotes (it is “10”)."),
        ("snooze_minutes = 2.5", "snooze_minutes: must be a whole number, without quotes (it is 2.5)."),
        ("snooze_minutes = true", "snooze_minutes: must be a whole number, without quotes (it is true)."),
        (
            'codes_url = "https://example.com/codes.md#pg101"',
            "codes_url: must be the address of a page, without # and what follows it.",
        ),
        ("post_mortem_days = 61", "post_mortem_days: must be at most 60 (it is 61)."),
        (
            'ladder = "@dana"',
            'ladder: must be a list: ["..."] for texts, [[...]] at the head of each table.',
        ),
        ("ladder = [7]", "ladder[1]: must be text in quotes (it is 7)."),
        (
            'ladder = ["@dana", "bob"]',
            (
                "ladder[2]: must be a member id (U012AB3CD), a handle (@dana) or an e-mail address "
                "(it is “bob”)."
            ),
        ),
    ],
)
def test_a_mistake_at_the_top_is_named_with_its_key_reason_and_fix(
    complaint: Callable[..., str], line: str, said: str
) -> None:
    assert complaint(top=line) == f"policy.toml: {said}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "update_every_minute = 15",
            "severity[1].update_every_minute: there is no such key. Did you mean update_every_minutes?",
        ),
        ("update_every_minutes = -1", "severity[1].update_every_minutes: must be more than 0 (it is -1)."),
        (
            "diagnose_on_declare = 1",
            "severity[1].diagnose_on_declare: must be true or false, without quotes (it is 1).",
        ),
        (
            'post_mortem = "yes"',
            "severity[1].post_mortem: must be true or false, without quotes (it is “yes”).",
        ),
        ('mark = "red"', "severity[1].mark: must be an emoji, such as :red_circle: (it is “red”)."),
        (
            'aliases = ["P1", "very bad"]',
            "severity[1].aliases[2]: must be one word, without blanks (it is “very bad”).",
        ),
        ('aliases = [""]', "severity[1].aliases[1]: must be one word, without blanks."),
        (
            'aliases = ["sev-2"]',
            "severity: “sev2” stands for two severities, or twice for one. Keep it once.",
        ),
        (
            'aliases = ["P1", "p_1"]',
            "severity: “p1” stands for two severities, or twice for one. Keep it once.",
        ),
    ],
)
def test_a_mistake_in_a_severity_is_named_by_its_place_in_the_file(
    complaint: Callable[..., str], line: str, said: str
) -> None:
    assert complaint(first=line) == f"policy.toml: {said}"


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    said = _complaint(tmp_path, 'assumed_severity = "SEV1"\n[[severity]]\nname = "SEV1"\n')
    assert said == "policy.toml: severity[1].meaning: is missing. Add it."


def test_a_file_without_severities_says_so(tmp_path: Path) -> None:
    said = _complaint(tmp_path, 'assumed_severity = "SEV1"\nseverity = []\n')
    assert said == "policy.toml: severity: must be one to ten tables, each headed [[severity]]."


def test_a_severity_in_single_brackets_is_told_how_to_write_it(tmp_path: Path) -> None:
    said = _complaint(tmp_path, 'assumed_severity = "SEV1"\n[severity]\nname = "SEV1"\nmeaning = "Down"\n')
    assert said.startswith("policy.toml: severity: must be a list")
    assert "[[...]]" in said


def test_an_assumed_severity_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    text = _FILE.format(top="", first="").replace('assumed_severity = "SEV2"', 'assumed_severity = "SEV5"')
    assert _complaint(tmp_path, text) == "policy.toml: assumed_severity: must be one of SEV1, SEV2."


def test_all_mistakes_are_told_at_once_one_a_line(complaint: Callable[..., str]) -> None:
    lines = complaint(top="snooze_minutes = 0\nmonitor_minutes = 0", first="post_mortem = 1").splitlines()
    assert len(lines) == 3
    assert all(line.startswith("policy.toml: ") for line in lines)
