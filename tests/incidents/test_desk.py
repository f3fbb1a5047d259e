"""The desk: each request is decided on the incident as it is now, and recorded through one port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.desk import Desk
from incidents.ending_facts import RetrospectiveDrafted
from incidents.errors import Refused
from incidents.facts import AnnouncementFailed, Diagnosed, Entry, RoomOpened, Via
from incidents.model import Incident, IncidentId, MessageId, PersonId, Place, Room, RoomId, Status
from incidents.ports import Ledger
from incidents.roles import Role
from incidents.work import Birth, Decision, Examine, FollowUp, OpenRoom, Outcome, Request
from tests.incidents.story import ALICE, BOB, POLICY, START, minute

_SERVICES = Catalogue(
    {
        "payments": Service("payments", "Payments", "payments", ("checkout",)),
        "search": Service("search", "Search", "search"),
    }
)
_ONE = IncidentId(1)


class Record:
    """One incident in memory, in place of the database."""

    def __init__(self) -> None:
        self.incident: Incident | None = None
        self.works: list[FollowUp] = []

    async def declare(self, request: Request, decide: Callable[[Birth], Decision]) -> Outcome:
        return self._keep(request, decide(Birth(_ONE, "INC-2026-001")))

    async def change(
        self, request: Request, incident: IncidentId, decide: Callable[[Incident], Decision]
    ) -> Outcome:
        assert self.incident is not None
        assert incident == self.incident.id
        return self._keep(request, decide(self.incident))

    async def note_request(self, request: Request, follow_ups: Sequence[FollowUp]) -> bool:
        assert request.by == ALICE
        self.works += follow_ups
        return True

    async def ring_due(self, now: datetime, ring: Callable[[Incident], Decision | None]) -> int:
        assert self.incident is not None
        decision = ring(self.incident)
        if decision:
            self._keep(Request("clock", now, None, Via.CLOCK), decision)
        return int(decision is not None)

    def _keep(self, request: Request, decision: Decision) -> Outcome:
        self.incident = decision.incident
        self.works = list(decision.follow_ups)
        entries = (Entry(_ONE, request.at, request.by, request.via, fact) for fact in decision.facts)
        return Outcome(decision.incident, tuple(entries))


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def desk(record: Record) -> Desk:
    return Desk(cast("Ledger", record), POLICY, _SERVICES)


def _by(person: PersonId | None, at: float = 0) -> Request:
    return Request(f"{person}:{at}", minute(at), person, Via.COMMAND)


async def test_the_service_is_found_in_the_title(desk: Desk, record: Record) -> None:
    outcome = await desk.declare(_by(ALICE), title="Checkout is slow", severity="p1")
    assert outcome.incident.service == "payments"
    assert record.works == [OpenRoom()]


@pytest.mark.parametrize(
    ("given", "found"), [("search", "search"), ("checkout", "payments"), ("unknown", "payments")]
)
async def test_a_service_that_was_given_goes_before_the_title(desk: Desk, given: str, found: str) -> None:
    outcome = await desk.declare(_by(ALICE), title="checkout is slow", service=given)
    assert outcome.incident.service == found


async def test_a_title_without_a_service_leaves_it_to_be_asked(desk: Desk) -> None:
    assert (await desk.declare(_by(ALICE), title="all is slow")).incident.service is None


async def test_nobody_declares_nothing(desk: Desk) -> None:
    with pytest.raises(ValueError, match="somebody declares"):
        await desk.declare(_by(None), title="payments down")


async def test_a_service_is_named_by_its_key_or_by_its_alias(desk: Desk) -> None:
    await desk.declare(_by(ALICE), title="all is slow")
    assert (await desk.name_service(_by(BOB, 1), _ONE, "checkout")).incident.service == "payments"
    assert (await desk.name_service(_by(BOB, 2), _ONE, "search")).incident.service == "search"


async def test_an_unknown_service_is_refused_with_those_that_there_are(desk: Desk, record: Record) -> None:
    await desk.declare(_by(ALICE), title="all is slow")
    with pytest.raises(Refused, match=r"no service “mail”\. The services are: payments, search"):
        await desk.name_service(_by(BOB, 1), _ONE, "mail")
    bare = Desk(cast("Ledger", record), POLICY, Catalogue())
    with pytest.raises(Refused, match=r"none yet; add them to services\.toml"):
        await bare.name_service(_by(BOB, 1), _ONE, "mail")


async def test_an_incident_goes_from_its_declaration_to_the_all_clear(desk: Desk) -> None:
    await desk.declare(_by(ALICE), title="payments down", severity="SEV2")
    await desk.acknowledge(_by(BOB, 1), _ONE)
    await desk.take(_by(BOB, 2), _ONE, Role.COMMANDER)
    await desk.assign(_by(BOB, 3), _ONE, Role.SCRIBE, ALICE)
    await desk.change_severity(_by(BOB, 4), _ONE, "SEV1")
    await desk.update(_by(BOB, 5), _ONE, status=Status.MITIGATING, actions="rolling back")
    await desk.note(_by(ALICE, 6), _ONE, "cache was cold")
    await desk.snooze(_by(BOB, 16), _ONE)
    await desk.nothing_new(_by(BOB, 18), _ONE)
    await desk.restored(_by(BOB, 20), _ONE)
    await desk.relapse(_by(BOB, 22), _ONE, "errors again")
    await desk.restored(_by(BOB, 30), _ONE)
    resolved = await desk.resolve(_by(BOB, 45), _ONE, "rolled back")
    assert resolved.incident.status is Status.RESOLVED
    assert (await desk.reopen(_by(BOB, 50), _ONE, "back")).incident.open
    closed = await desk.false_alarm(_by(BOB, 55), _ONE, "it was the probe")
    assert closed.incident.false_alarm


async def test_a_refused_request_changes_nothing(desk: Desk, record: Record) -> None:
    await desk.declare(_by(ALICE), title="payments down")
    before = record.incident
    with pytest.raises(Refused):
        await desk.resolve(_by(BOB, 1), _ONE, "fixed")
    assert record.incident == before


async def test_the_room_is_recorded_with_what_the_workspace_refused(desk: Desk) -> None:
    await desk.declare(_by(ALICE), title="payments down")
    room = Room(RoomId("C1"), "incidents", MessageId("1.2"))
    outcome = await desk.room_opened(_by(None, 1), _ONE, room, "only administrators may")
    assert outcome.incident.room == room
    assert outcome.incident.room.place == Place(RoomId("C1"), MessageId("1.2"))
    assert [entry.fact for entry in outcome.entries] == [
        RoomOpened(RoomId("C1"), "incidents", in_thread=True, refusal="only administrators may")
    ]


async def test_what_the_workflows_found_out_stands_on_the_timeline(desk: Desk) -> None:
    await desk.declare(_by(ALICE), title="payments down")
    verdict = Diagnosed("db", "critical", "No slot is free.")
    outcomes = [
        await desk.announcement_failed(_by(None, 1), _ONE, "incidents", "it is private"),
        await desk.diagnosed(_by(None, 2), _ONE, verdict),
        await desk.drafted(_by(None, 3), _ONE, "post-mortem.md"),
    ]
    assert [outcome.entries[0].fact for outcome in outcomes] == [
        AnnouncementFailed("incidents", "it is private"),
        verdict,
        RetrospectiveDrafted("post-mortem.md"),
    ]


async def test_an_examination_looks_at_the_service_of_the_incident_unless_another_is_named(
    desk: Desk, record: Record
) -> None:
    incident = (await desk.declare(_by(ALICE), title="payments down")).incident
    place = Place(RoomId("C1"))
    record.works = []
    await desk.examine(_by(ALICE, 1), "db", place=place, incident=incident, service=None)
    await desk.examine(_by(ALICE, 2), "db", place=place, incident=incident, service="search")
    await desk.examine(_by(ALICE, 3), "db", place=place, incident=None, service=None)
    assert record.works == [
        Examine("db", "payments", place, ALICE, incident=_ONE),
        Examine("db", "search", place, ALICE, incident=_ONE),
        Examine("db", None, place, ALICE),
    ]
    with pytest.raises(ValueError, match="somebody asks"):
        await desk.examine(_by(None, 4), "db", place=place, incident=None, service=None)


async def test_the_clock_rings_only_when_it_is_due(desk: Desk) -> None:
    await desk.declare(_by(ALICE), title="payments down", severity="SEV1")
    assert await desk.ring(START) == 0
    assert await desk.ring(minute(10)) == 1
    assert await desk.ring(minute(10)) == 0
