"""Pods' logs from a stand-in for the Kubernetes API: what they speak of, the one before a restart, bounds."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from diagnostics.examine import Examiner
from diagnostics.probes.kubernetes import logs as logs_module
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Health, Sought
from tests.diagnostics.kubernetes.standin import HASH, Api, ended, pod, section, serving, waiting
from tests.diagnostics.remote import NOW, ago, at_now, codes, looked_at, one
from tests.diagnostics.rules import RULES

A, B = (f"payments-{HASH}-{name}" for name in "ab")


def line(minutes: float, text: str) -> str:
    return f"{ago(minutes=minutes)[:-1]}.123456789Z {text}\n"


CRASHED: dict[str, Any] = {"restartCount": 4, "lastState": ended("Error", 1, ago(minutes=1))}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as running:
        running.put("pods", pod("a"), pod("b"))
        running.logs = {A: line(2, "INFO served"), B: line(1, "INFO served")}
        yield running


async def searched(api: Api, text: str) -> Examination:
    return await judged(api, "logs", Sought(text))


async def judged(api: Api, target: str = "pods", sought: Sought | None = None) -> Examination:
    targets = tuple(map(at_now, read_targets("payments", [section(api)], environ={})))
    async with Examiner(
        {"payments": targets}, clock=lambda: NOW, redactor=Redactor(), rules=RULES
    ) as examiner:
        return [each async for each in examiner.examine(target, "payments", sought)][-1]


async def test_quiet_logs_are_read_and_said_to_name_no_error(api: Api) -> None:
    examination = await looked_at(section(api))
    read = one(examination, "LG001")
    assert read.health is Health.OK
    assert read.sentence.startswith(f"2 lines of {A} and {B} in the last 15 min, none names an error")


async def test_mail_that_a_server_rejects_is_a_cause_by_the_log_alone(api: Api) -> None:
    api.logs[A] = line(1, "ERROR smtp: 421 4.7.0 Too many connections, try later") * 10
    seen = await judged(api)
    assert seen.causes[0].code == "EMAIL_NOT_SENDING"
    assert "10 lines speak of trouble with mail (SMTP)" in seen.causes[0].sentence


async def test_what_lines_speak_of_is_counted_over_all_pods(api: Api) -> None:
    for name, count in ((A, 4), (B, 3)):
        api.logs[name] = "".join(
            line(minutes, "ERROR TimeoutError: QueuePool limit of size 5 reached")
            for minutes in range(count, 0, -1)
        )
    finding = one(await looked_at(section(api)), "LG111")
    assert finding.health is Health.CRITICAL
    assert finding.sentence.startswith("7 lines speak of an exhausted connection pool")


async def test_a_crashed_container_shows_its_last_log_and_a_restarted_one_also_the_one_before(
    api: Api,
) -> None:
    crashed = waiting("a", "CrashLoopBackOff", **CRASHED)
    restarted = pod("b")
    restarted["status"]["containerStatuses"][0] |= {
        "restartCount": 1,
        "lastState": ended("Error", 1, ago(minutes=5)),
    }
    api.things["pods"] = [crashed, restarted]
    api.logs |= {A: line(1, "KeyError: 'API_KEY'"), f"-{B}": line(5, "FATAL no space left on device")}
    examination = await looked_at(section(api))
    assert f"{B} before its restart" in one(examination, "LG110").sentence
    assert "KeyError" in one(examination, "LG104").sentence
    assert sum("previous=true" in path for path in api.asked) == 1


async def test_a_text_is_found_in_the_logs_and_nothing_else_is_looked_at(api: Api) -> None:
    api.logs[A] += line(1, "WARN order 4711 was refused")
    examination = await searched(api, "order 4711")
    assert codes(examination) == {"LG010": "ok"}
    assert not any("deployments" in path or "metrics" in path for path in api.asked)
    assert not any("4711" in path for path in api.asked)


async def test_secrets_are_taken_out_before_a_text_is_looked_for(api: Api) -> None:
    api.logs[A] += line(1, "ERROR login with password=hunter2hunter2 failed")
    assert codes(await searched(api, "hunter2hunter2")) == {"LG011": "ok"}
    assert "hunter2" not in repr(await looked_at(section(api)))


async def test_a_container_that_never_started_has_no_log_to_miss(api: Api) -> None:
    api.things["pods"] = [waiting("a", "ImagePullBackOff")]
    examination = await looked_at(section(api))
    assert "pod logs: no container has a log" in examination.unseen
    assert not any(path.partition("?")[0].endswith("/log") for path in api.asked)


async def test_a_missing_right_to_logs_costs_the_logs_and_is_named(api: Api) -> None:
    api.forbidden = {"get pods/log"}
    examination = await looked_at(section(api))
    finding = one(examination, "K8090")
    assert finding.sentence == "Tocsin's role may not get pods/log in shop (403)."
    assert 'resources: ["pods/log"], verbs: ["get"]' in finding.next_step
    assert codes(examination)["K8100"] == "ok"


async def test_of_a_log_too_large_the_newest_lines_are_read_rather_than_the_oldest(api: Api) -> None:
    api.logs[A] = "".join(line(3, f"INFO {number} " + "x" * 600) for number in range(950))
    api.logs[A] += line(1, "ERROR the newest of all")
    examination = await searched(api, "the newest of all")
    assert codes(examination) == {"LG010": "ok"}
    assert sum(f"/{A}/log" in path for path in api.asked) == 2


async def test_only_so_many_logs_are_read_those_of_ill_pods_first(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "MOST", 1)
    ill = waiting("b", "CrashLoopBackOff", **CRASHED)
    api.things["pods"] = [pod("a"), ill]
    await looked_at(section(api))
    asked = [path for path in api.asked if "/log?" in path]
    assert len(asked) == 1
    assert B in asked[0]
    assert all(bound in asked[0] for bound in ("sinceSeconds=1800", "tailLines=1000", "limitBytes=524288"))


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (line(1, "ERROR TimeoutError: QueuePool limit of size 5 reached"), "DB_POOL_TOO_SMALL"),
        (line(1, "FATAL could not write: No space left on device"), "DISK_FULL"),
        ("".join(line(1, f"INFO {number}") for number in range(1_200)), "LOG_FLOOD"),
    ],
)
async def test_what_pods_logs_speak_of_leads_to_a_cause(api: Api, lines: str, cause: str) -> None:
    api.logs[A] = lines
    assert (await judged(api)).causes[0].code == cause


async def test_a_crash_whose_log_names_a_missing_setting_is_a_wrong_configuration(api: Api) -> None:
    api.things["pods"] = [waiting("a", "CrashLoopBackOff", **CRASHED), pod("b")]
    api.logs[A] = line(1, "KeyError: 'API_KEY'")
    assert (await judged(api)).causes[0].code == "CONFIG_ERROR"
