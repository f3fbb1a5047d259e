"""Targets by the words that people type, and the sentence when none fits."""

from dataclasses import replace

import pytest

from diagnostics.probe import Probe, Target
from incidents.errors import Refused
from incidents.evidence import Sought
from tests.diagnostics.stand import examiner_of, last, says, target


@pytest.mark.parametrize(
    "asked", ["", "   ", "redis", "dbb", "payments redis", "db; drop table", "a b c", "🤷" * 99]
)
async def test_an_unknown_target_is_refused_with_the_list(asked: str) -> None:
    async with examiner_of(target("db"), target("api")) as examiner:
        with pytest.raises(Refused, match=r"Targets: db, api and all\."):
            examiner.examine(asked, "payments")


async def test_the_nearest_word_is_offered() -> None:
    async with examiner_of(target("database"), target("api")) as examiner:
        with pytest.raises(Refused, match="Did you mean database"):
            examiner.examine("databse", "payments")


@pytest.mark.parametrize(
    ("asked", "service", "found"),
    [
        ("main", "payments", "payments main"),
        ("db", "payments", "payments main"),  # the word of its kind
        ("payments", None, "payments main"),
        ("orders", "payments", "orders"),
        ("orders main", "payments", "orders main"),
        ("Orders/API", None, "orders api"),
        ("api", "payments", "orders api"),  # only one service has it
        ("all", "payments", "payments main"),
        ("all", None, "everything"),
        ("orders all", None, "orders"),
    ],
)
async def test_targets_are_found_by_the_words_that_people_use(
    asked: str, service: str | None, found: str
) -> None:
    look = Probe("tt.look", "things", says())
    targets = (
        target("main", look),
        target("main", look, service="orders"),
        target("api", look, service="orders"),
    )
    async with examiner_of(*targets) as examiner:
        assert (await last(examiner.examine(asked, service))).target == found


@pytest.mark.parametrize(
    ("asked", "service", "said"),
    [
        ("logs", "payments", "payments has no target with logs that can be looked at"),
        ("payments logs", None, "payments has no target with logs that can be looked at"),
        ("logs", None, "No service has logs that can be looked at"),
    ],
)
async def test_logs_that_nothing_has_are_told_with_what_has_them(
    asked: str, service: str | None, said: str
) -> None:
    async with examiner_of(target("db"), target("api")) as examiner:
        with pytest.raises(Refused, match=f"{said}.*'docker' or 'kubernetes'") as refused:
            examiner.examine(asked, service, Sought("connection refused"))
    assert "services.toml" in str(refused.value)


async def test_a_word_without_a_target_leads_to_the_part_that_a_family_offers_instead() -> None:
    look = Probe("tt.look", "things", says(), part="logs")
    web, own = offering(target("web", look, logs=True)), target("proxy", Probe("tt.own", "itself", says()))
    async with examiner_of(web, target("db")) as examiner:
        assert (await last(examiner.examine("proxy", "payments"))).target == "payments web logs"
        assert (await last(examiner.examine("payments proxy", None))).target == "payments web logs"
        assert "proxy" not in examiner.targets("payments")
        assert "proxy" in examiner.understood("payments")
    async with examiner_of(web, own) as examiner:
        assert (await last(examiner.examine("proxy", "payments"))).target == "payments proxy"


def offering(plain: Target) -> Target:
    return replace(plain, family=replace(plain.family, instead={"proxy": "logs"}))


async def test_a_word_that_fits_several_services_is_asked_back() -> None:
    async with examiner_of(target("main"), target("main", service="orders")) as examiner:
        with pytest.raises(Refused, match="Say which: payments main or orders main"):
            examiner.examine("main", None)


async def test_without_any_target_the_way_to_add_one_is_told() -> None:
    async with examiner_of() as examiner:
        assert examiner.targets(None) == ()
        with pytest.raises(Refused, match=r"services\.toml"):
            examiner.examine("db", None)
