"""The times of an incident, each from where to where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from incidents import decisions, endings
from incidents.roles import Role
from incidents.times import times
from tests.incidents.story import BOB, declared, minute


def test_each_time_is_counted_from_its_own_beginning() -> None:
    story = declared()
    story.incident = replace(story.incident, began_at=minute(-20), detected_at=minute(-5))
    story.does(3, BOB, decisions.acknowledge)
    story.does(4, BOB, lambda i, now: decisions.take(i, now, Role.COMMANDER))
    story.does(30, BOB, endings.restored)
    story.does(50, BOB, lambda i, now: endings.resolve(i, now, "rolled back", ""))
    assert times(story.incident).rows() == [
        ("Time to detect", timedelta(minutes=15)),
        ("Time to acknowledge", timedelta(minutes=3)),
        ("Time to command", timedelta(minutes=4)),
        ("Time to mitigate", timedelta(minutes=35)),
        ("Time to resolve", timedelta(minutes=55)),
    ]


def test_what_nobody_said_is_not_known() -> None:
    assert [span for _, span in times(declared().incident).rows()] == [None] * 5


def test_without_a_restoration_only_the_resolution_is_known() -> None:
    story = declared()
    story.does(50, BOB, lambda i, now: endings.resolve(i, now, "rolled back", "seen by all"))
    assert times(story.incident).to_mitigate is None
    assert times(story.incident).to_resolve == timedelta(minutes=50)


def test_after_a_relapse_the_last_restoration_counts() -> None:
    story = declared()
    story.does(10, BOB, endings.restored)
    story.does(12, BOB, lambda i, now: endings.relapse(i, now, ""))
    assert times(story.incident).to_mitigate is None
    story.does(40, BOB, endings.restored)
    assert times(story.incident).to_mitigate == timedelta(minutes=40)


def test_a_beginning_that_was_entered_after_the_detection_gives_no_negative_time() -> None:
    incident = replace(declared().incident, began_at=minute(10))
    assert times(incident).to_detect == timedelta(0)
