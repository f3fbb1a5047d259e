"""An incident to draw, and the rules it is drawn by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.messages.drawing import Drawing
from handlers.messages.templates import Templates
from incidents.catalogue import Catalogue, Link, Service
from incidents.model import Incident, IncidentId, PersonId, Room, RoomId
from incidents.policy import Policy, Severity
from incidents.values import Owed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def policy() -> Policy:
    worst = Severity("SEV1", "down", "🔴", ("P1",), timedelta(minutes=15), retrospective=True)
    mild = Severity("SEV2", "bad for many", "🟠", ("P2",), timedelta(minutes=30), retrospective=True)
    least = Severity("SEV3", "bad for few", "🟡", ("P3",))
    return Policy((worst, mild, least), "SEV2", ZoneInfo("Europe/Berlin"), ladder=("U0CAROL",))


@pytest.fixture
def catalogue() -> Catalogue:
    dashboard = Link("Payments dashboard", "https://grafana.example/d/payments")
    payments = Service("payments", "Payments", "payments", ("payment processing", "checkout"), (dashboard,))
    return Catalogue({"payments": payments, "search": Service("search", "Search", "search")})


@pytest.fixture
def templates() -> Templates:
    return Templates.read(Path(__file__).parent / "templates")


@pytest.fixture
def drawing(policy: Policy, catalogue: Catalogue, templates: Templates) -> Drawing:
    return Drawing(policy, catalogue, templates)


@pytest.fixture
def an_incident() -> Callable[..., Incident]:
    """An incident of Alice's at noon, SEV1, with its room; whatever else is told."""

    def make(**fields: Any) -> Incident:  # noqa: ANN401 - whatever fields an incident has
        basics: dict[str, Any] = {
            "id": IncidentId(7),
            "reference": "INC-2026-007",
            "title": "payments down",
            "severity": "SEV1",
            "declared_by": PersonId("U0ALICE"),
            "declared_at": NOON,
            "status_since": NOON,
            "service": "payments",
            "room": Room(RoomId("C0ROOM"), "incident-2026-03-02-payments"),
            "owed": Owed(NOON + timedelta(minutes=15), 1),
            "epoch": 1,
        }
        return Incident(**(basics | fields))

    return make
