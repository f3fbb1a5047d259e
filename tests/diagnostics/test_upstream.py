"""A failure that spreads over services: what others depend on comes first, and is looked at too."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from diagnostics.look import Collected, Look
from diagnostics.probe import Probe, Target
from diagnostics.run import Progress
from diagnostics.upstream import Upstream
from diagnostics.verdict import judge
from incidents.evidence import Examination, Finding, Health
from tests.diagnostics.rules import RULES
from tests.diagnostics.stand import NOW, examiner_of, finding, last, says, target

DOWN = Finding("PG012", "pg.connect", "db", Health.CRITICAL, "Nothing listens at the database's address.")
UNREADY = Finding("HT010", "http.health", "api", Health.CRITICAL, "/health answers, /ready does not.")
CHAIN: Mapping[str, tuple[str, ...]] = {"web": ("orders",), "orders": ("payments",), "shop": ("payments",)}


def failing(service: str, found: Finding, word: str, target: str) -> Look:
    name = f"{service} {target}"
    progress = Progress(findings=(replace(found, target=name),), done_at=1.0)
    return Look(name, service, word, progress, alone=False)


def db(service: str) -> Look:
    return failing(service, DOWN, "pg", "db")


def api(service: str) -> Look:
    return failing(service, UNREADY, "http", "api")


def seen(*looks: Look, upstream: Mapping[str, tuple[str, ...]] | None = None) -> Examination:
    collected = Collected("everything", NOW, 1.0, looks, upstream=Upstream(upstream or {}))
    return judge(collected, RULES)


def test_everything_that_a_service_depends_on_is_known_the_nearest_first() -> None:
    upstream = Upstream({**CHAIN, "orders": ("payments", "users")})
    assert upstream.of("web") == ("orders", "payments", "users")
    assert upstream.of("payments") == ()


def test_several_services_that_fail_are_told_by_what_they_depend_on() -> None:
    examination = seen(api("web"), api("orders"), api("shop"), db("payments"), upstream=CHAIN)
    [cause] = examination.causes
    assert cause.code == "CASCADING"
    assert examination.sentence.startswith(
        "3 services fail (orders, shop and web) and depend on payments: payments db: Nothing listens"
    )
    assert "Fix payments first, then see orders, shop and web recover from the bottom up" in cause.next_step
    assert len(cause.symptoms) == 3
    assert cause.held[-1] == "orders, shop and web depend on payments"


def test_one_service_that_fails_with_what_it_depends_on_is_told_by_that() -> None:
    examination = seen(api("shop"), db("payments"), upstream=CHAIN)
    assert examination.causes[0].code == "CASCADING"
    assert examination.sentence.startswith("shop fails and depends on payments: payments db: ")


def test_services_that_depend_on_nothing_in_common_have_causes_of_their_own() -> None:
    assert [cause.code for cause in seen(api("shop"), db("payments")).causes] == [
        "DB_DOWN",
        "DEPENDENCY_DOWN",
    ]


def test_what_lies_as_deep_in_the_service_itself_is_a_cause_of_its_own() -> None:
    examination = seen(api("shop"), db("shop"), db("payments"), upstream=CHAIN)
    assert [cause.code for cause in examination.causes] == ["DB_DOWN", "DB_DOWN"]


def test_the_same_in_three_services_leads_to_what_they_share() -> None:
    examination = seen(db("orders"), db("payments"), db("users"))
    [cause] = examination.causes
    assert cause.code == "SHARED_FAILURE"
    assert examination.sentence.startswith("3 services (orders, payments and users) show the same")
    assert cause.next_step.startswith("Look at what they share first: database, Redis, DNS, load balancer.")
    assert len(cause.symptoms) == 2


def test_the_same_in_two_services_stays_two_causes() -> None:
    assert [cause.code for cause in seen(db("orders"), db("payments")).causes] == ["DB_DOWN", "DB_DOWN"]


@pytest.mark.parametrize(
    ("asked", "health", "looked"),
    [
        ("all", Health.CRITICAL, {"orders", "payments", "shop"}),
        ("all", Health.WARN, {"shop"}),
        ("api", Health.CRITICAL, {"shop"}),
    ],
)
async def test_of_a_service_that_is_critical_what_it_depends_on_is_looked_at_too(
    asked: str, health: Health, looked: set[str]
) -> None:
    def of(service: str, word: str, found: Finding) -> Target:
        return target(
            word, Probe(f"tt.{word}", word, says(replace(found, target=f"{service} {word}"))), service=service
        )

    targets = (
        of("shop", "api", finding(health=health)),
        of("shop", "db", finding()),
        of("orders", "api", finding()),
        of("payments", "db", finding()),
        of("users", "db", finding()),
    )
    upstream = Upstream({"shop": ("orders",), "orders": ("payments",)})
    async with examiner_of(*targets, upstream=upstream) as asks:
        examination = await last(asks.examine(asked, "shop"))
    assert {found.target.split()[0] for found in examination.findings} == looked
    assert examination.target == ("shop" if asked == "all" else "shop api")


async def test_everything_is_every_service_also_in_the_room_of_one() -> None:
    probe = Probe("tt", "it", says(finding()))
    async with examiner_of(target("db", probe), target("db", probe, service="orders")) as asks:
        assert (await last(asks.examine("everything", "orders"))).target == "everything"
        assert (await last(asks.examine("all", "orders"))).target == "orders db"
