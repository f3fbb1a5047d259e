"""What a verdict proposes to look at next is a command that works, or names what has to be configured."""

from datetime import UTC, datetime

import pytest

from diagnostics import wanted
from diagnostics.look import Collected, Look
from diagnostics.run import Progress
from diagnostics.targets import read_targets
from diagnostics.verdict import judge
from incidents.evidence import Cause, Figure, Finding, Health
from tests.diagnostics.rules import RULES

NOW = datetime(2026, 11, 21, tzinfo=UTC)
REFUSED = Finding("PG012", "pg.connect", "payments db", Health.CRITICAL, "Nothing listens.")
DB = {"kind": "postgres", "name": "db", "dsn": "postgresql://db/shop"}
API = {"kind": "http", "name": "api", "url": "http://api"}
BOX = {"kind": "docker", "name": "box", "url": "unix:///run/docker.sock", "project": "shop"}
PODS = {
    "kind": "kubernetes",
    "name": "pods",
    "namespace": "shop",
    "selector": "app=web",
    "server": "https://k8s",
}
PODS |= {"token": "t"}


def refused(*sections: dict[str, str], also: tuple[Look, ...] = (), service: str = "payments") -> Cause:
    """What is said of a database that refuses, in a service of these probes."""
    targets = read_targets(service, sections, environ={})
    configured = {service: {each.name.word: each.family.word for each in targets}}
    progress = Progress(findings=(REFUSED,), answered=frozenset(), done_at=1.0, broken=True)
    looks = (Look("payments db", "payments", "pg", progress, alone=not also), *also)
    return judge(Collected("payments db", NOW, 1.0, looks, configured=configured), RULES).causes[0]


def test_a_target_that_was_not_asked_is_the_next_to_ask() -> None:
    assert refused(DB, BOX, API).next_probe == "`/diagnose payments all`"
    assert refused(DB, BOX).next_probe == "`/diagnose payments box`"


@pytest.mark.parametrize("sections", [(DB, BOX), (DB, BOX, API), (DB, PODS), (DB, API)])
def test_the_command_is_one_that_works(sections: tuple[dict[str, str], ...]) -> None:
    command = refused(*sections).next_probe.strip("`")
    services = {"payments": read_targets("payments", sections, environ={})}
    asked = command.removeprefix("/diagnose ")
    assert asked != command
    meant = {target.name.word for target in wanted.wanted(services, asked, None)}
    assert meant - {"db"}
    assert meant == {target.name.word for target in wanted.wanted(services, asked, "payments")}


def test_what_is_not_configured_is_named_by_its_kind_in_services_toml() -> None:
    cause = refused(DB)
    assert not cause.next_probe
    assert any("(no target of kind docker or kubernetes is configured)" in each for each in cause.missing)


def test_of_several_kinds_that_could_tell_one_is_enough() -> None:
    assert not any("docker" in each for each in refused(DB, PODS).missing)


def test_what_was_asked_already_is_not_proposed_again() -> None:
    box = Look("payments box", "payments", "docker", Progress(done_at=1.0, broken=True), alone=False)
    assert "box" not in refused(DB, BOX, also=(box,)).next_probe


def test_a_part_of_a_target_is_not_the_whole_of_it() -> None:
    logs = Look("payments box logs", "payments", "docker", Progress(done_at=1.0, partial=True), alone=False)
    assert "/diagnose payments box" in refused(DB, BOX, also=(logs,)).next_probe


def test_a_snapshot_that_knows_of_no_configuration_proposes_nothing() -> None:
    assert refused(DB, service="other").next_probe == ""


def test_where_all_signs_were_checked_nothing_more_is_to_be_looked_at() -> None:
    figures = (Figure("age", 90000.0, "s"),)
    finding = Finding("BU001", "backup.age", "payments backup", Health.WARN, "It is old.", figures)
    look = Look("payments backup", "payments", "backup", Progress(findings=(finding,), done_at=1.0))
    cause = judge(Collected("x", NOW, 1.0, (look,), configured={"payments": {}}), RULES).causes[0]
    assert (cause.code, cause.next_probe) == ("BACKUP_MISSING", "")


def test_what_nobody_could_tell_is_named_with_the_kind_that_would_tell_it_and_no_sign_that_was_missed() -> (
    None
):
    alone, with_more = refused(DB), refused(DB, BOX, API)
    assert (alone.checked, alone.signs) == (1, 1)
    assert alone.missing[0] == (
        "a container has ended with an error and 10 more "
        "(no target of kind docker or kubernetes is configured)"
    )
    assert (with_more.checked, with_more.signs) == (1, 5)
    assert not any("no target" in each for each in with_more.missing)
    assert with_more.score == alone.score


def test_of_kinds_that_tell_the_same_those_that_are_there_are_enough() -> None:
    assert not any("docker" in each for each in refused(DB, PODS).missing)
