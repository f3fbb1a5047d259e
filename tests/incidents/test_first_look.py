"""The look that Tocsin takes by itself: for severities that ask for it, once at each service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents import decisions, first_look
from incidents.model import Place, Room, RoomId
from incidents.work import Decision, Examine
from tests.incidents.story import ALICE, POLICY, Story, declared

_ROOM = Room(RoomId("C1"), "inc-payments")
_LOOKING = replace(POLICY, severities=tuple(replace(s, diagnose=s.name == "SEV1") for s in POLICY.severities))


def _housed(severity: str = "SEV1", service: str | None = "payments") -> Story:
    """An incident whose room is there."""
    story = declared(severity=severity, policy=_LOOKING, service=service)
    story.incident = replace(story.incident, room=_ROOM)
    return story


def _looks(decision: Decision) -> list[Examine]:
    return [work for work in decision.follow_ups if isinstance(work, Examine)]


def test_once_its_room_is_there_the_service_is_looked_at() -> None:
    story = _housed()
    assert _looks(story.does(1, ALICE, first_look.order)) == [
        Examine("payments all", None, Place(RoomId("C1")), None, incident=story.incident.id)
    ]


def test_the_service_is_looked_at_once_however_often_that_is_decided() -> None:
    story = _housed()
    story.does(1, ALICE, first_look.order)
    assert not _looks(story.does(2, ALICE, first_look.order))


def test_before_there_is_a_room_nothing_is_looked_at() -> None:
    story = declared(policy=_LOOKING, service="payments")
    assert not _looks(story.decision)
    assert not _looks(story.does(1, ALICE, first_look.order))


def test_a_severity_that_does_not_ask_for_it_gets_no_look() -> None:
    assert not _looks(_housed("SEV3").does(1, ALICE, first_look.order))


def test_nothing_is_looked_at_after_the_end() -> None:
    story = _housed()
    story.incident = story.incident.resolved(story.incident.declared_at, "it was the pool")
    assert not _looks(story.does(1, ALICE, first_look.order))


@pytest.mark.parametrize("before", [None, "search"])
def test_a_service_that_is_named_later_is_looked_at_then(before: str | None) -> None:
    story = _housed(service=before)
    story.does(1, ALICE, first_look.order)
    decision = story.does(2, ALICE, lambda i, now: decisions.name_service(i, now, "payments"))
    assert [look.target for look in _looks(decision)] == ["payments all"]


def test_a_severity_raised_to_one_that_asks_for_it_has_the_service_looked_at() -> None:
    story = _housed("SEV3")
    story.does(1, ALICE, first_look.order)
    assert _looks(story.does(2, ALICE, lambda i, now: decisions.change_severity(i, now, "SEV1")))
    assert not _looks(story.does(3, ALICE, lambda i, now: decisions.change_severity(i, now, "SEV2")))
    assert not _looks(story.does(4, ALICE, lambda i, now: decisions.change_severity(i, now, "SEV1")))
