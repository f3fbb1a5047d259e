"""Health and the words that people see of closed sets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidents import decisions
from incidents.evidence import Examination, Health
from incidents.model import Status
from incidents.moment import Moment
from incidents.roles import BUILT_IN, Role
from tests.incidents.story import declared, minute


def test_findings_are_ordered_worst_first_and_unknown_is_worse_than_fine() -> None:
    assert sorted(Health, key=lambda health: health.rank) == [
        Health.CRITICAL,
        Health.WARN,
        Health.UNKNOWN,
        Health.OK,
    ]


def test_an_examination_is_complete_when_nobody_is_looking_any_more() -> None:
    at = datetime(2026, 1, 15, tzinfo=UTC)
    looking = Examination("db", at, Health.OK, "All is well.", looking=("locks",))
    assert not looking.complete
    assert Examination("db", at, Health.OK, "All is well.").complete


def test_statuses_and_roles_are_written_for_people() -> None:
    assert [status.label for status in Status][:2] == ["Investigating", "Identified"]
    assert [role.label for role in BUILT_IN] == [
        "Incident commander",
        "Technical lead",
        "Communications lead",
        "Scribe",
    ]


def test_a_role_is_taken_by_somebody() -> None:
    story = declared()
    now = Moment(minute(1), None, story.policy)
    with pytest.raises(ValueError, match="somebody takes a role"):
        decisions.take(story.incident, now, Role.SCRIBE)
