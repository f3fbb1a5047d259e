"""The ledger on a real PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.catalogue import Catalogue, Service
from incidents.desk import Desk
from incidents.errors import AlreadyTaken, InvalidText, NoSuchIncident
from incidents.facts import Acknowledged, Declared, Fact, RoleAssigned
from incidents.model import Incident, IncidentId, MessageId, PersonId, Room, RoomId
from incidents.policy import Policy
from incidents.roles import Role
from incidents.work import OpenRoom, Request
from storage.database import Database
from storage.journal import PostgresJournal
from storage.ledger import PostgresLedger

Ask = Callable[..., Request]


def kinds(facts: tuple[Fact, ...] | list[Fact]) -> list[type]:
    return [type(fact) for fact in facts]


async def test_a_declared_incident_is_on_record_with_its_timeline_and_its_job(
    desk: Desk, ledger: PostgresLedger, ask: Ask, queued: list[object]
) -> None:
    outcome = await desk.declare(ask("a", answer_to="https://way/back"), title="payments down 💸")
    incident = outcome.incident
    assert incident.reference == "INC-2026-001"
    assert await ledger.get(incident.id) == incident
    assert await ledger.by_reference("inc-2026-001") == incident
    assert kinds([entry.fact for entry in await ledger.timeline(incident.id)]) == [Declared]
    assert await ledger.request_of(incident.id) == ask("a", answer_to="https://way/back")
    assert queued == [(OpenRoom(),)]


async def test_references_count_the_year_of_the_policys_time_zone(desk: Desk, ask: Ask) -> None:
    new_year_in_berlin = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    outcomes = [
        await desk.declare(ask(key, at=at), title="x")
        for key, at in [
            ("a", new_year_in_berlin),
            ("b", new_year_in_berlin - timedelta(hours=1)),
            ("c", new_year_in_berlin),
        ]
    ]
    assert [o.incident.reference for o in outcomes] == ["INC-2027-001", "INC-2026-001", "INC-2027-002"]


async def test_fifty_declared_at_once_by_two_replicas_are_numbered_without_a_gap(
    desk: Desk, replica: Desk, ask: Ask
) -> None:
    outcomes = await asyncio.gather(
        *((desk, replica)[n % 2].declare(ask(f"r{n}"), title=f"t{n}") for n in range(50))
    )
    assert sorted(o.incident.reference for o in outcomes) == [f"INC-2026-{n:03d}" for n in range(1, 51)]


async def test_a_request_that_comes_twice_gives_what_it_gave_before(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    first, second = await asyncio.gather(*(desk.declare(ask("same"), title="down") for _ in range(2)))
    assert sorted([first.repeated, second.repeated]) == [False, True]
    assert (first.incident, first.entries) == (second.incident, second.entries)
    assert len(await ledger.recent(9)) == 1
    again = [await desk.take(ask("take"), first.incident.id, Role.SCRIBE) for _ in range(2)]
    assert [outcome.repeated for outcome in again] == [False, True]
    assert again[0].entries == again[1].entries


async def test_two_people_take_one_role_at_once_and_one_wins(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    incident = (await desk.declare(ask("a"), title="down")).incident.id
    results = await asyncio.gather(
        *(desk.take(ask(f"take {who}", by=who), incident, Role.COMMANDER) for who in ("ada", "bob")),
        return_exceptions=True,
    )
    lost = [result for result in results if isinstance(result, AlreadyTaken)]
    assert len(lost) == 1
    now = await ledger.get(incident)
    taken = [e.fact for e in await ledger.timeline(incident) if isinstance(e.fact, RoleAssigned)]
    assert [fact.person for fact in taken] == [now.commander]


async def test_one_that_is_refused_among_many_takes_no_number_and_spoils_none(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    titles = ["a", "b", "", "c", "", "d"]
    results = await asyncio.gather(
        *(desk.declare(ask(f"r{n}"), title=title) for n, title in enumerate(titles)), return_exceptions=True
    )
    assert [isinstance(result, InvalidText) for result in results] == [not title for title in titles]
    found = sorted(incident.reference for incident in await ledger.recent(9))
    assert found == [f"INC-2026-{n:03d}" for n in range(1, 5)]


async def test_two_replicas_give_one_role_and_one_request_once(
    desk: Desk, replica: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    incident = (await desk.declare(ask("a"), title="down")).incident.id
    takes = [(desk, "ada", "k1"), (replica, "bob", "k2"), (replica, "ada", "k1"), (desk, "bob", "k2")]
    results = await asyncio.gather(
        *(who.take(ask(key, by=by), incident, Role.COMMANDER) for who, by, key in takes),
        return_exceptions=True,
    )
    winner = (await ledger.get(incident)).commander
    won = [r for r in results if not isinstance(r, BaseException)]
    assert sorted(outcome.repeated for outcome in won) == [False, True]
    assert {outcome.incident.commander for outcome in won} == {winner}
    assert sum(isinstance(result, AlreadyTaken) for result in results) == 2


async def test_whoever_must_wait_for_an_incident_holds_up_no_other(
    desk: Desk, database: Database, ask: Ask
) -> None:
    held, free = [(await desk.declare(ask(key), title=key)).incident.id for key in "ab"]
    holding, release = asyncio.Event(), asyncio.Event()

    async def hold(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT 1 FROM incidents WHERE id = :id FOR UPDATE"), {"id": held})
        holding.set()
        await release.wait()

    holder = asyncio.create_task(database.transaction(hold))
    await holding.wait()
    waits = asyncio.create_task(desk.acknowledge(ask("c"), held))
    assert (await desk.acknowledge(ask("d"), free)).incident.acknowledged_at
    assert not waits.done()
    release.set()
    await holder
    assert (await waits).incident.acknowledged_at


async def test_what_a_rule_refuses_leaves_no_trace(desk: Desk, ledger: PostgresLedger, ask: Ask) -> None:
    with pytest.raises(InvalidText):
        await desk.declare(ask("a"), title="  ")
    assert await ledger.recent(9) == []
    outcome = await desk.declare(ask("a"), title="down")
    assert (outcome.incident.reference, outcome.repeated) == ("INC-2026-001", False)


async def test_an_unknown_incident_is_said_to_be_unknown(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    nowhere = IncidentId(7)
    with pytest.raises(NoSuchIncident):
        await desk.acknowledge(ask("a"), nowhere)
    with pytest.raises(NoSuchIncident):
        await ledger.get(nowhere)
    assert await ledger.in_room(RoomId("C7")) is None
    assert await ledger.request_of(nowhere) is None


async def test_a_channel_belongs_to_one_incident_and_a_thread_to_none(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    one, two, three = [(await desk.declare(ask(key), title=key)).incident.id for key in "abc"]
    await desk.room_opened(ask("d"), one, Room(RoomId("C1"), "incident-a"), "")
    found = await ledger.in_room(RoomId("C1"))
    assert found
    assert found.id == one
    with pytest.raises(AlreadyTaken):
        await desk.room_opened(ask("e"), two, Room(RoomId("C1"), "incident-a"), "")
    await desk.room_opened(
        ask("f"), three, Room(RoomId("C2"), "incidents", thread=MessageId("1.2")), "restricted"
    )
    assert await ledger.in_room(RoomId("C2")) is None


async def test_a_clock_rings_once_though_two_replicas_look_at_once(
    desk: Desk, ask: Ask, noon: datetime
) -> None:
    for key in "abc":
        await desk.declare(ask(key), title=key)
    early = noon + timedelta(minutes=24)
    assert await desk.ring(early) == 0
    rang = await asyncio.gather(*(desk.ring(noon + timedelta(minutes=25)) for _ in range(4)))
    assert sum(rang) == 3
    assert await desk.ring(noon + timedelta(minutes=25)) == 0


async def test_a_clock_that_cannot_ring_holds_up_no_other(
    desk: Desk, ledger: PostgresLedger, ask: Ask, noon: datetime
) -> None:
    broken, sound = [(await desk.declare(ask(key), title=key)).incident.id for key in "ab"]

    def ring(incident: Incident) -> None:
        if incident.id == broken:
            raise ZeroDivisionError

    assert await ledger.ring_due(noon + timedelta(hours=1), ring) == 0
    assert await desk.ring(noon + timedelta(hours=1)) == 2
    assert sound


async def test_a_way_back_is_forgotten_when_it_has_expired(
    desk: Desk, ledger: PostgresLedger, ask: Ask, noon: datetime
) -> None:
    incident = (await desk.declare(ask("a", answer_to="https://way/back"), title="down")).incident.id
    await desk.ring(noon + timedelta(minutes=29))
    kept = await ledger.request_of(incident)
    assert kept
    assert kept.answer_to
    await desk.ring(noon + timedelta(minutes=31))
    forgotten = await ledger.request_of(incident)
    assert forgotten
    assert not forgotten.answer_to


async def test_a_way_back_is_forgotten_when_the_set_up_is_done(
    desk: Desk, ledger: PostgresLedger, database: Database, ask: Ask
) -> None:
    journal = PostgresJournal(database)
    incident = (await desk.declare(ask("a", answer_to="https://way/back"), title="down")).incident.id
    assert await journal.unfinished() == [incident]
    await journal.finish(incident, "set_up")
    forgotten = await ledger.request_of(incident)
    assert forgotten
    assert not forgotten.answer_to
    assert await journal.unfinished() == []


async def test_open_incidents_come_newest_first_and_resolved_ones_are_recent_only(
    desk: Desk, ledger: PostgresLedger, ask: Ask, noon: datetime
) -> None:
    ids = [
        (await desk.declare(ask(key, at=noon + timedelta(minutes=n)), title=key)).incident.id
        for n, key in enumerate("abc")
    ]
    await desk.false_alarm(ask("d"), ids[1])
    assert [i.id for i in await ledger.open_incidents()] == [ids[2], ids[0]]
    assert [i.id for i in await ledger.recent(2)] == [ids[2], ids[1]]
    await desk.acknowledge(ask("e"), ids[0])
    assert kinds([e.fact for e in await ledger.timeline(ids[0])]) == [Declared, Acknowledged]


async def test_the_open_incidents_of_one_service_are_told_apart(
    policy: Policy, ledger: PostgresLedger, ask: Ask
) -> None:
    services = {key: Service(key, key, key) for key in ("payments", "search")}
    desk = Desk(ledger, policy, Catalogue(services))
    ids = [
        (await desk.declare(ask(key), title=key, service=service)).incident.id
        for key, service in (("a", "payments"), ("b", "search"), ("c", None), ("d", "payments"))
    ]
    await desk.false_alarm(ask("e"), ids[3])
    assert [i.id for i in await ledger.open_incidents("payments")] == [ids[0]]
    assert await ledger.open_incidents("ledger") == []


async def test_what_postgresql_cannot_store_is_replaced(desk: Desk, ledger: PostgresLedger, ask: Ask) -> None:
    incident = (await desk.declare(ask("a\0b"), title="\ud800 down", impact="é")).incident
    assert (await ledger.get(incident.id)).impact == "é"


async def test_a_role_given_twice_at_once_is_recorded_in_order(
    desk: Desk, ledger: PostgresLedger, ask: Ask
) -> None:
    incident = (await desk.declare(ask("a"), title="down")).incident.id
    people = [PersonId(f"p{n}") for n in range(10)]
    await asyncio.gather(*(desk.assign(ask(p), incident, Role.SCRIBE, p) for p in people))
    facts = [e.fact for e in await ledger.timeline(incident) if isinstance(e.fact, RoleAssigned)]
    assert [fact.before for fact in facts[1:]] == [fact.person for fact in facts[:-1]]


async def test_no_token_has_a_column(database: Database) -> None:
    async def columns(connection: AsyncConnection) -> list[str]:
        query = text("SELECT column_name FROM information_schema.columns WHERE table_name = 'requests'")
        return list(await connection.scalars(query))

    assert not [name for name in await database.transaction(columns) if "token" in name]
