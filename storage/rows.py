"""Between rows and the domain's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row

from incidents.facts import Entry, Via
from incidents.model import Incident, IncidentId, PersonId
from incidents.ports import SET_UP, Delivery
from incidents.work import Apart, Decision, FollowUp, OpenRoom, Request
from storage import codec

_DELIVERIES = UUID("5bb7a8fe-9a3f-4d0a-8c8b-1f4c1f7c2a10")  # a delivery's id follows from its request's key

Values = dict[str, Any]


def key(request: Request) -> str:
    """A request's key as it is stored."""
    return codec.writable(request.key)


def asked(request: Request, incident: IncidentId | None) -> Values:
    """A request's values."""
    return {
        "incident": incident,
        "key": key(request),
        "at": request.at.isoformat(),
        "by": request.by,
        "via": request.via.value,
        "payload": {codec.writable(k): codec.writable(v) for k, v in request.payload.items()},
        "answer_to": request.answer_to,
    }


def request_of(row: Row[Any]) -> Request:
    """The request of a row of `requests`."""
    by = PersonId(row.by) if row.by else None
    return Request(row.key, row.at, by, Via(row.via), row.payload, row.answer_to)


def written(decision: Decision, request: Request) -> Values:
    """A decision's values: the incident, its entries, deliveries and set-up steps."""
    incident, follow_ups = decision.incident, decision.follow_ups
    own_room = incident.room.id if incident.room and incident.room.thread is None else None
    return asked(request, incident.id) | {
        "reference": incident.reference,
        "declared_at": incident.declared_at.isoformat(),
        "open": incident.open,
        "room_id": own_room,
        "rings_at": decision.rings_at.isoformat() if decision.rings_at else None,
        "details": codec.incident_to_json(incident),
        "facts": [codec.fact_to_json(fact) for fact in decision.facts],
        "works": _deliveries(request, follow_ups),
        "steps": [{"name": SET_UP} for work in follow_ups if isinstance(work, OpenRoom)],
    }


def said(work: FollowUp) -> bool:
    """Whether it waits in its incident's lane."""
    return not isinstance(work, Apart)


def _deliveries(request: Request, follow_ups: Sequence[FollowUp]) -> list[Mapping[str, Any]]:
    return [
        {"id": str(uuid5(_DELIVERIES, f"{request.key}/{number}")), "work": codec.work_to_json(work)}
        for number, work in enumerate(follow_ups)
        if said(work)
    ]


def entries_of(decision: Decision, request: Request) -> tuple[Entry, ...]:
    """The entries that a decision adds to the timeline."""
    return tuple(
        Entry(decision.incident.id, request.at, request.by, request.via, fact) for fact in decision.facts
    )


def entry_of(row: Row[Any]) -> Entry:
    """The entry of a row of `entries`."""
    by = PersonId(row.by) if row.by else None
    return Entry(IncidentId(row.incident_id), row.at, by, Via(row.via), codec.fact_from_json(row.fact))


def incident_of(row: Row[*tuple[Any, ...]]) -> Incident:
    """The incident of a row of `incidents`."""
    return codec.incident_from_json(row.details)


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery of a row of `deliveries`."""
    at: datetime = row.created_at
    work = codec.work_from_json(row.work)
    return Delivery(row.id, IncidentId(row.incident_id), work, at, row.attempts, row.attempted)
