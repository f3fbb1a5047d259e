"""The post-mortem draft: blameless, minute by minute, and safe from what people type."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents import clues, decisions, endings, fixes, retrospective
from incidents.catalogue import Catalogue, Service
from incidents.facts import Diagnosed
from incidents.policy import Policy
from incidents.roles import Role
from incidents.values import Clue, Fix
from tests.incidents.story import ALICE, BOB, POLICY, Story, declared

_SERVICES = Catalogue({"payments": Service("payments", "Payments", "payments")})


def _told(title: str = "payments down", summary: str = "rolled back", impact: str = "") -> Story:
    story = declared(title, service="payments")
    story.does(3, BOB, lambda i, now: decisions.take(i, now, Role.COMMANDER))
    story.does(5, BOB, lambda i, now: decisions.update(i, now, decisions.News(impact=impact)))
    verdict = Diagnosed("db", "critical", "47 of 47 slots are taken.")
    story.does(6, ALICE, lambda i, now: now.decide(i, [verdict], []))
    story.does(40, BOB, lambda i, now: endings.resolve(i, now, summary, "seen by all"))
    return story


def _draft(story: Story, policy: Policy = POLICY) -> str:
    return retrospective.draft(story.incident, story.entries, policy, _SERVICES, str.capitalize)


def _headings(draft: str) -> list[str]:
    return [text for text in draft.splitlines() if text.startswith("#")]


_HEADINGS = [
    "# Post-mortem: payments down",
    "## Metadata",
    "## Summary",
    "## Impact",
    "## Times",
    "## Timeline",
    "## What diagnosis showed",
    "## Five whys",
    "## Contributing factors",
    "## What went well",
    "## What to improve",
    "## Action items",
]


def test_the_draft_has_every_section_and_says_that_it_is_blameless() -> None:
    draft = _draft(_told())
    assert _headings(draft) == _HEADINGS
    assert "Blameless" in draft


def test_what_was_said_of_it_before_it_was_reopened_stands_below_the_summary() -> None:
    story = _told(summary="a leak")
    story.does(60, BOB, lambda i, now: endings.reopen(i, now, "it leaks again"))
    assert "## Summary\n\n_To be written._\n\nResolved before, 2026-01-15 10:40 UTC: a leak\n" in _draft(
        story
    )
    story.does(90, BOB, lambda i, now: endings.resolve(i, now, "two leaks", "seen by all"))
    assert "## Summary\n\ntwo leaks\n\nResolved before, 2026-01-15 10:40 UTC: a leak\n" in _draft(story)
    assert "Resolved before" not in _draft(_told())


def test_the_metadata_name_service_people_and_when_the_draft_is_due() -> None:
    draft = _draft(_told())
    for text in (
        "- Reference: INC-2026-001",
        "- Severity: SEV1",
        "- Service: Payments",
        "- Declared: 2026-01-15 10:00 UTC by Alice",
        "- Restored: not recorded",
        "- Resolved: 2026-01-15 10:40 UTC",
        "- Incident commander: Bob",
        "- Scribe: nobody",
        "- Draft due: 2026-01-20",
    ):
        assert f"\n{text}\n" in draft


def test_the_metadata_say_who_saw_it_the_first_suspect_and_the_fix() -> None:
    assert "\n- Detected by: not recorded\n- First suspect: not recorded\n" in _draft(_told())
    assert "- Fix:" not in _draft(_told())
    story = _told()
    known = {Clue.DETECTED_BY: "Grafana <alert>", Clue.SUSPECT: "the deploy"}
    story.does(50, BOB, lambda i, now: clues.record(i, now, known))
    story.does(51, BOB, lambda i, now: fixes.restored(i, now, Fix.ROLLBACK))
    draft = _draft(story)
    for text in ("- Detected by: Grafana \\<alert>", "- First suspect: the deploy", "- Fix: rollback"):
        assert f"\n{text}\n" in draft


def test_the_message_that_it_was_declared_from_is_the_detection_if_nothing_else_is_said() -> None:
    story = _told()
    story.incident = replace(story.incident, source="https://x.example/p1")
    assert "- Detected by: a message, https://x.example/p1\n" in _draft(story)
    story.does(50, BOB, lambda i, now: clues.record(i, now, {Clue.DETECTED_BY: "a customer"}))
    assert "- Detected by: a customer\n" in _draft(story)


def test_the_timeline_goes_minute_by_minute() -> None:
    timeline = _draft(_told()).split("## Timeline\n\n")[1].split("\n\n")[0]
    assert timeline.splitlines() == [
        "- 2026-01-15 10:00 UTC Alice declared SEV1: payments down",
        "- 2026-01-15 10:03 UTC Bob became incident commander",
        "- 2026-01-15 10:05 UTC Bob posted an update (investigating): status only",
        "- 2026-01-15 10:06 UTC Alice looked at db (critical): 47 of 47 slots are taken.",
        "- 2026-01-15 10:40 UTC Bob resolved the incident: rolled back (watch skipped: seen by all)",
    ]


def test_the_times_are_honest_about_what_is_not_known() -> None:
    draft = _draft(_told())
    assert "- Time to command: 3 min" in draft
    assert "- Time to mitigate: not known" in draft
    assert "- Time to resolve: 40 min" in draft


def test_the_times_are_written_in_the_teams_time_zone() -> None:
    draft = _draft(_told(), replace(POLICY, time_zone=ZoneInfo("Europe/Berlin")))
    assert "- Declared: 2026-01-15 11:00 CET by Alice" in draft


def test_what_diagnosis_showed_is_kept_and_its_absence_said() -> None:
    assert "- db (critical): 47 of 47 slots are taken." in _draft(_told())
    assert "Nothing was looked at" in _draft(declared())


def test_what_nobody_wrote_is_marked_as_open() -> None:
    draft = _draft(declared())
    assert "## Summary\n\n_To be written._\n" in draft
    assert "## Impact\n\n_To be written._\n" in draft
    assert "- Resolved: not yet" in draft
    assert "Draft due" not in draft


@pytest.mark.parametrize(
    "text",
    [
        "# Fired: Bob",
        "x\n# Fired: Bob",
        "x\n\n## Fired: Bob\n",
        "x\u2028# Fired: Bob",
        "> quoted",
        "- listed",
        "1. numbered",
        "---",
        "===",
        "```",
        "~~~",
        "| a | b |",
        "[x]: https://example.com",
        "<!-- the rest is gone",
        "<details><summary>hidden",
    ],
)
def test_what_people_typed_starts_no_heading_list_table_or_comment(text: str) -> None:
    draft = _draft(_told(title=text, summary=text, impact=text))
    assert _headings(draft)[1:] == _HEADINGS[1:]
    assert "\n## Impact\n" in draft
    for section in ("Summary", "Impact"):
        (paragraph,) = draft.split(f"## {section}\n\n")[1].split("\n\n")[0].splitlines()
        assert paragraph[0].isalnum() or paragraph[0] == "\\", paragraph
    assert "<!--" not in draft.replace("\\<", "")
    assert "<details>" not in draft.replace("\\<", "")


@pytest.mark.parametrize(
    "text", ["`db-1` was full", "*all* shops", "5 shops", "a < b and c <3", "(none)", "é"]
)
def test_ordinary_text_is_left_as_it_was_typed(text: str) -> None:
    assert f"## Summary\n\n{text}\n" in _draft(_told(summary=text))


def test_a_number_at_the_start_of_a_sentence_is_no_list() -> None:
    assert "## Summary\n\n3\\. shop fails\n" in _draft(_told(summary="3. shop fails"))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-01-15", 3, "2026-01-20"),  # Thursday: Friday, Monday, Tuesday
        ("2026-01-16", 1, "2026-01-19"),  # Friday
        ("2026-01-17", 1, "2026-01-19"),  # Saturday
        ("2026-01-18", 5, "2026-01-23"),  # Sunday
        ("2026-01-12", 10, "2026-01-26"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_working_days_leave_out_saturday_and_sunday(start: str, days: int, due: str) -> None:
    day = datetime.fromisoformat(f"{start}T12:00+00:00")
    assert f"{retrospective.add_working_days(day, days):%Y-%m-%d}" == due


def test_the_day_when_the_draft_is_due_is_counted_in_the_teams_time_zone() -> None:
    policy = replace(POLICY, time_zone=ZoneInfo("Pacific/Auckland"))
    evening = datetime(2026, 1, 15, 20, 0, tzinfo=UTC)  # Thursday; Friday in Auckland
    assert f"{retrospective.draft_due(evening, policy):%Y-%m-%d}" == "2026-01-21"
    assert f"{retrospective.draft_due(evening, POLICY):%Y-%m-%d}" == "2026-01-20"


def test_the_file_is_named_by_the_reference() -> None:
    assert retrospective.file_name(declared().incident) == "post-mortem-INC-2026-001.md"
