"""Standing checks in `services.toml`: read with their defaults, and each kind of mistake named."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import checking, config, examining
from diagnostics.wanted import wanted
from incidents.checks import Check, CheckId, Standing, State
from incidents.errors import Misconfigured
from incidents.evidence import Health
from incidents.policy import Policy, Severity

POLICY = Policy(
    (Severity("SEV1", "down", "🔴", ("P1",)), Severity("SEV2", "bad", "🟠")), "SEV2", ZoneInfo("UTC")
)
PROBES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "http"
name = "api"
url = "http://127.0.0.1:9"
[[services.payments.probes]]
kind = "tls"
name = "front"
host = "shop.example.com"
[services.search]
name = "Search"
"""
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


def read(folder: Path, text: str) -> dict[CheckId, Check]:
    (folder / "services.toml").write_text(f"{PROBES}{text}", encoding="utf-8")
    _, probes = config.services(folder)
    targets = examining.targets(probes, file=folder / "services.toml", environ={})
    return checking.checks(folder, policy=POLICY, known=partial(wanted, targets))


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(Misconfigured) as error:
        read(folder, text)
    return str(error.value).replace(f"{folder}/", "")


def test_a_check_has_defaults_worth_accepting(tmp_path: Path) -> None:
    found = read(tmp_path, '[[services.payments.checks]]\ntarget = "api"\nevery = "10s"')
    name, minute = CheckId("payments api"), timedelta(minutes=1)
    assert found == {name: Check(name, "payments", "payments api", timedelta(seconds=10), "SEV2", minute)}


def test_everything_can_be_said(tmp_path: Path) -> None:
    (check,) = read(
        tmp_path,
        """
        [[services.payments.checks]]
        name = "certificate"
        target = "tls"
        every = "1d"
        retry = "5m"
        bad_from = "warn"
        bad_after = 2
        bad_for = "10m"
        good_after = 1
        severity = "p1"
        """,
    ).values()
    assert check == Check(
        CheckId("payments certificate"),
        "payments",
        "payments tls",
        timedelta(days=1),
        "SEV1",
        timedelta(minutes=5),
        Health.WARN,
        2,
        timedelta(minutes=10),
        1,
    )


def test_nothing_written_is_no_check(tmp_path: Path) -> None:
    assert read(tmp_path, "") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('target = "api"', "checks[1].every: is missing. Add it."),
        ('every = "10s"', "checks[1].target: is missing. Add it."),
        ('target = "api"\nevery = "5s"', "checks[1].every: must be between 10s and 7d (it is “5s”)."),
        ('target = "api"\nevery = "8d"', "checks[1].every: must be between 10s and 7d (it is “8d”)."),
        (
            'target = "api"\nevery = 10',
            'checks[1].every: must be a span such as "10s", "5m", "12h" or "1d", in quotes (it is 10).',
        ),
        ('target = "api"\nevery = "1m"\nretry = "2h"', "checks[1].retry: must be between 10s and 1h"),
        ('target = "api"\nevery = "1m"\nbad_for = "2d"', "checks[1].bad_for: must be at most 1d"),
        ('target = "api"\nevery = "1m"\nbad_after = 0', "checks[1].bad_after: must be more than 0"),
        ('target = "api"\nevery = "1m"\nbad_after = 21', "checks[1].bad_after: must be at most 20"),
        ('target = "api"\nevery = "1m"\nbad_from = "ok"', "checks[1].bad_from: "),
        ('target = "api"\nevry = "1m"', "checks[1].evry: there is no such key. Did you mean every?"),
        (
            'target = "apy"\nevery = "1m"',
            "checks[1].target: There is no target called 'payments apy'. Did you",
        ),
        (
            'target = "api"\nevery = "1m"\nseverity = "SEV11"',
            "checks[1].severity: there is no severity “SEV11”. Did you mean SEV1? There are: SEV1, SEV2.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_and_the_fix(tmp_path: Path, text: str, said: str) -> None:
    found = complaint(tmp_path, f"[[services.payments.checks]]\n{text}")
    assert f"services.toml: services.payments.{said}" in found


def test_two_checks_of_one_target_need_names(tmp_path: Path) -> None:
    twice = '[[services.payments.checks]]\ntarget = "api"\nevery = "10s"\n'
    assert "checks[2].name: two checks are called payments api." in complaint(tmp_path, twice * 2)


def test_a_service_without_probes_cannot_be_checked(tmp_path: Path) -> None:
    assert "services.search.checks[1].target: There is no target" in complaint(
        tmp_path, '[[services.search.checks]]\ntarget = "api"\nevery = "10s"'
    )


def test_the_shell_lists_them_worst_first(tmp_path: Path) -> None:
    text = '[[services.payments.checks]]\ntarget = "{}"\nevery = "10s"\n'
    found = read(tmp_path, text.format("api") + text.format("front"))
    good = Standing(
        CheckId("payments api"),
        NOON,
        State.GOOD,
        NOON,
        looked_at=NOON,
        health=Health.OK,
        sentence="It is well.",
    )
    first, second = checking.lines(found, [good])
    assert first.startswith("unknown   payments front")
    assert first.endswith("every 10 s, not looked at yet")
    assert second.startswith("ok        payments api")
    assert "since 2026-03-02 12:00 UTC, last look 12:00:00" in second
    assert list(checking.lines({}, [])) == ["No standing check is configured."]
