"""What is offered, when it waits, and what is refused before any system is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Approval, Offer, Plan
from mitigations.action import AnyKind, Section
from mitigations.mitigators import Mitigators
from mitigations.registry import kinds
from mitigations.targets import read_targets
from tests.mitigations.conftest import NOW, Changes, offered

NOWHERE = "postgresql://mitigate:hunter2-secret@127.0.0.1:1/shop"
DB = {"kind": "postgres", "actions": ["end-idle"], "dsn": NOWHERE}
OFFER = Offer("pg.end_idle", "end-idle", "payments db", "")


def plan_of(offer: Offer) -> Plan:
    return Plan(offer, "", "", (), NOW)


async def test_only_what_is_configured_is_offered(changes: Changes) -> None:
    async with changes(DB | {"approval": "commander"}) as mitigators:
        expected = Offer(
            "pg.end_idle",
            "end-idle",
            "payments db",
            "End sessions that sit idle in a transaction",
            Approval.COMMANDER,
        )
        assert mitigators.offers("payments") == mitigators.offers(None) == (expected,)
        assert mitigators.offers("search") == ()


async def test_without_configuration_there_is_nothing_and_nothing_is_broken() -> None:
    async with Mitigators({}, clock=lambda: NOW, mask=str) as mitigators:
        assert mitigators.offers(None) == ()
        with pytest.raises(Refused, match="No mitigation is configured"):
            await mitigators.plan(OFFER)


@pytest.mark.parametrize(
    "other",
    [
        replace(OFFER, action="pg.end_root", word="end-root"),
        replace(OFFER, target="search db"),
        replace(OFFER, action="pg.end_idle'; DROP TABLE x", word="'; DROP TABLE x"),
        replace(OFFER, target="payments ../../db"),
    ],
)
async def test_what_is_not_offered_is_refused_by_name_with_what_there_is(
    changes: Changes, other: Offer
) -> None:
    async with changes(DB) as mitigators:
        for attempt in (mitigators.plan(other), mitigators.carry_out(plan_of(other))):
            with pytest.raises(Refused) as raised:
                await attempt
            assert str(raised.value).startswith(f"“{other.word} {other.target}” is not offered.")
            assert "There are: end-idle payments db." in str(raised.value)


async def test_too_soon_after_the_last_one_is_refused_with_the_time_from_which_it_may_be_done(
    changes: Changes,
) -> None:
    async with changes(DB) as mitigators:
        last = NOW - timedelta(minutes=4, seconds=59)
        for attempt in (mitigators.plan(OFFER, last=last), mitigators.carry_out(plan_of(OFFER), last=last)):
            with pytest.raises(
                Refused, match=r"less than 5 min ago. It can be done again from 14:00"
            ) as raised:
                await attempt
            assert raised.value.until == last + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("dsn", "same"),
    [
        ("postgresql://other:pw@127.0.0.1:1/shop", True),
        ("postgres://mitigate:hunter2-secret@127.0.0.1:1/shop?sslmode=disable", True),
        ("postgresql://mitigate@/shop?host=127.0.0.1&port=1", True),
        ("postgresql://mitigate:hunter2-secret@127.0.0.1:1/orders", False),
        ("postgresql://mitigate:hunter2-secret@127.0.0.1:2/shop", False),
    ],
)
async def test_two_services_with_one_database_share_what_was_done_to_it(
    dsn: str,
    same: bool,  # noqa: FBT001 - parametrized
) -> None:
    store = {**DB, "name": "store", "dsn": dsn, "cap": 3}
    services = {
        "payments": read_targets("payments", [{**DB, "name": "db"}], environ={}),
        "search": read_targets("search", [store], environ={}),
    }
    mitigators = Mitigators(services, clock=lambda: NOW, mask=str)
    expected = {"payments db", "search store"} if same else {"payments db"}
    assert {offer.target for offer in mitigators.alike(OFFER)} == expected


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)
def test_every_kind_says_what_it_changes(kind: AnyKind) -> None:
    settings = kind.section.model_fields
    assert kind.section.place is not Section.place or set(kind.section.WHAT) <= set(settings) - {"name"}


async def test_two_switches_at_one_address_are_told_apart_by_what_they_switch() -> None:
    def switch(name: str, path: str, token: str) -> dict[str, object]:
        state = {"url": "http://flags:1", "state": path, "field": "enabled", "token": token}
        change = {"method": "PUT", "path": path, "body": {"enabled": False}}
        return {
            "kind": "switch",
            "name": name,
            "actions": ["turn-off"],
            "wanted": False,
            "set": change,
        } | state

    sections = [switch("a", "/flags/a", "token-one"), switch("b", "/flags/b", "token-one")]
    same = [switch("c", "/flags/a", "token-two")]
    services = {"payments": read_targets("payments", sections, environ={})}
    services["search"] = read_targets("search", same, environ={})
    mitigators = Mitigators(services, clock=lambda: NOW, mask=str)
    (first, *_) = mitigators.offers("payments")
    assert {offer.target for offer in mitigators.alike(first)} == {"payments a", "search c"}


async def test_what_is_not_offered_any_more_is_like_itself(changes: Changes) -> None:
    gone = replace(OFFER, target="search db")
    async with changes(DB) as mitigators:
        assert mitigators.alike(gone) == (gone,)


async def test_a_plan_without_aims_is_refused(changes: Changes) -> None:
    async with changes(DB) as mitigators:
        with pytest.raises(Refused, match="would hit nothing"):
            await mitigators.carry_out(plan_of(OFFER))


async def test_after_the_cooldown_the_system_is_asked(changes: Changes) -> None:
    async with changes(DB) as mitigators:
        with pytest.raises(Unavailable, match="payments db cannot be reached"):
            await mitigators.plan(OFFER, last=NOW - timedelta(minutes=5))


async def test_no_error_holds_a_secret(changes: Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> object:
        raise Unavailable(f"could not connect to {NOWHERE} as hunter2-secret")

    async def unforeseen(*_: object) -> object:
        raise RuntimeError(NOWHERE)

    async with changes(DB) as mitigators:
        for way in (broken, unforeseen):
            monkeypatch.setattr("mitigations.postgres.reach.PostgresReach.ask", way)
            with pytest.raises(Unavailable) as raised:
                await mitigators.plan(offered(mitigators, "end-idle"))
            assert "hunter2" not in f"{raised.value} {raised.value.__cause__} {raised.value.text}"


async def test_a_mask_that_breaks_lets_nothing_out() -> None:
    def mask(_text: str) -> str:
        raise RecursionError

    async with Mitigators({}, clock=lambda: NOW, mask=mask) as mitigators:
        with pytest.raises(Refused) as raised:
            await mitigators.plan(replace(OFFER, word="hunter2"))
    assert "hunter2" not in str(raised.value)
