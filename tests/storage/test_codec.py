"""Every kind of data comes back from JSON as it went in."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import pytest

from incidents.ending_facts import ServiceRestored
from incidents.evidence import Examination, Figure, Finding, Health, Sought
from incidents.facts import Declared, Fact, RoleAssigned
from incidents.mitigation import Offer
from incidents.mitigation_facts import EvidenceTaken, MitigationExpired
from incidents.model import Incident, PersonId
from incidents.roles import BUILT_IN, Role
from incidents.work import FollowUp
from storage import codec

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def filled(hint: Any) -> Any:  # noqa: ANN401 - a type hint, and a value of it
    """A value of that type in which nothing has its default."""
    if isinstance(hint, NewType):
        return filled(hint.__supertype__)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return filled(next(arg for arg in args if arg is not NoneType))
    if origin is tuple:
        return (filled(args[0]), filled(args[0]))
    if origin and issubclass(origin, Mapping):
        return {filled(args[0]): filled(args[1])}
    return plain(hint)


def plain(kind: Any) -> Any:  # noqa: ANN401 - as above
    if kind is datetime:
        return NOON
    if kind in (str, int, float, bool):
        return {str: "⚡ payments “down”\n", int: 7, float: 0.5, bool: True}[kind]
    if kind is Sought:
        return Sought("connection “refused”")
    if kind is Role:
        return Role("Customer liaison")
    if issubclass(kind, Enum):
        return list(kind)[-1]
    return kind(**{name: filled(field) for name, field in get_type_hints(kind).items()})


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
def test_every_fact_comes_back(kind: type) -> None:
    fact = plain(kind)
    assert codec.fact_from_json(json.loads(json.dumps(codec.fact_to_json(fact)))) == fact


@pytest.mark.parametrize("kind", get_args(FollowUp), ids=lambda kind: kind.__name__)
def test_every_follow_up_comes_back(kind: type) -> None:
    work = plain(kind)
    assert codec.work_from_json(json.loads(json.dumps(codec.work_to_json(work)))) == work


def test_an_incident_comes_back_full_or_bare() -> None:
    full = plain(Incident)
    bare = Incident(full.id, full.reference, full.title, full.severity, full.declared_by, NOON)
    for incident in (full, bare):
        assert codec.incident_from_json(json.loads(json.dumps(codec.incident_to_json(incident)))) == incident


def test_a_record_of_yesterday_has_todays_defaults() -> None:
    data = codec.fact_to_json(Declared("down", "SEV1", assumed=False, service=None, impact="", private=False))
    del data["source"]
    assert codec.fact_from_json(data | {"dropped since": 1}) == Declared(
        "down", "SEV1", assumed=False, service=None, impact="", private=False
    )


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda role: role.key)
def test_a_built_in_role_is_recorded_by_the_word_it_always_had(role: Role) -> None:
    data = codec.fact_to_json(RoleAssigned(role, PersonId("bob")))
    assert data["role"] in {"commander", "technical_lead", "communications", "scribe"}
    assert codec.fact_from_json(data) == RoleAssigned(role, PersonId("bob"))


def test_a_teams_role_is_recorded_by_its_title_so_that_it_outlives_the_configuration() -> None:
    liaison = Role("Customer liaison", "Speaks with customers", ("liaison",))
    data = codec.fact_to_json(RoleAssigned(liaison, PersonId("bob")))
    assert data["role"] == "Customer liaison"
    assert codec.fact_from_json(data) == RoleAssigned(Role("Customer liaison"), PersonId("bob"))


def test_a_fact_and_an_incident_from_before_there_were_fixes_and_clues_still_come_back() -> None:
    restored = {"kind": "service_restored", "watch_until": NOON.isoformat()}
    assert codec.fact_from_json(restored) == ServiceRestored(NOON)
    full = plain(Incident)
    before = codec.incident_to_json(full)
    del before["fix"], before["clues"]
    assert codec.incident_from_json(before) == replace(full, fix=None, clues={})


def test_what_postgresql_cannot_store_is_replaced() -> None:
    assert codec.writable("a\0b\ud83d") == "a\ufffdb\ufffd"


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.fact_to_json(timedelta(1))  # type: ignore[arg-type]  # what is no fact at all


def test_evidence_keeps_the_kinds_of_its_figures_also_those_that_json_has_no_word_for() -> None:
    figures = (Figure("taken", 47), Figure("share", 0.5), Figure("who", "reports"), Figure("idle", None))
    odd = (*figures, Figure("left", float("inf"), "s"))
    finding = Finding("PG101", "pg.slots", "payments db", Health.WARN, "So.", odd)
    seen = Examination("payments db", NOON, Health.WARN, "So.", (finding,))
    fact = EvidenceTaken(1, "payments db", "warn", "So.", (), seen)
    data = json.loads(json.dumps(codec.fact_to_json(fact), allow_nan=False))
    back = codec.fact_from_json(data)
    assert isinstance(back, EvidenceTaken)
    assert back.seen is not None
    assert back.seen.findings[0].figures == (*figures, Figure("left", "inf", "s"))


def test_evidence_from_before_there_was_a_snapshot_of_it_is_read() -> None:
    old = {"kind": "evidence_taken", "number": 1, "target": "db", "health": "warn", "sentence": "So."}
    assert codec.fact_from_json(old) == EvidenceTaken(1, "db", "warn", "So.")
    expired = {"kind": "mitigation_expired", "number": 1, "sentence": "So.", "asked_by": "U1"}
    offer = {"action": "a", "word": "w", "target": "db", "title": "t"}
    fact = codec.fact_from_json({**expired, "offer": offer})
    assert fact == MitigationExpired(1, Offer("a", "w", "db", "t"), "So.", PersonId("U1"))
