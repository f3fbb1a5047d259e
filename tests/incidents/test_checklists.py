"""Guided checklists: begun once, ticked by people, remembered with who and when."""

import pytest

from incidents import endings, ticking
from incidents.checklist_facts import ChecklistBegun, StepTicked, StepUnticked
from incidents.checklists import Checklist, Guide, Guides
from incidents.errors import Refused
from incidents.wording import line
from incidents.work import Board, DrawChecklist, Redraw
from tests.incidents.story import ALICE, BOB, Story, declared, minute

LOSS = Guide("data-loss", "Data corruption: rows lost or wrong", ("Stop writing.", "Back up.", "Compare."))
DISK = Guide("disk-full", "Disk full", ("Free space.",))
GUIDES = Guides({guide.key: guide for guide in (LOSS, DISK)})


@pytest.fixture
def story() -> Story:
    begun = declared(service="payments")
    begun.does(1, ALICE, lambda i, now: ticking.begin(i, now, LOSS))
    return begun


def ticks(story: Story, step: int, by: str = BOB, at: float = 2) -> None:
    story.does(at, by, lambda i, now: ticking.tick(i, now, 1, step))  # type: ignore[arg-type] # a person's name


def shown(story: Story) -> Checklist:
    return story.incident.checklists[0]


def test_it_begins_with_the_guide_s_steps_and_is_drawn(story: Story) -> None:
    assert [step.text for step in shown(story).steps] == list(LOSS.steps)
    assert (shown(story).done, shown(story).next) == (0, 1)
    assert story.decision.facts == (ChecklistBegun(1, LOSS.title, LOSS.steps),)
    assert story.decision.follow_ups == (DrawChecklist(1), Redraw(Board.CARD))


def test_a_tick_remembers_who_and_when_and_the_next_step_is_the_first_that_is_open(story: Story) -> None:
    ticks(story, 1)
    ticks(story, 3, ALICE, at=3)
    first = shown(story).steps[0]
    assert (first.by, first.at) == (BOB, minute(2))
    assert (shown(story).done, shown(story).next) == (2, 2)
    assert story.decision.facts == (StepTicked(1, LOSS.title, 3, "Compare."),)
    ticks(story, 2, at=4)
    assert shown(story).next == 0


def test_a_step_is_ticked_once_and_can_be_taken_back(story: Story) -> None:
    ticks(story, 1)
    with pytest.raises(Refused, match="bob ticked step 1 already") as refused:
        ticks(story, 1, ALICE)
    assert refused.value.person == BOB
    story.does(3, ALICE, lambda i, now: ticking.untick(i, now, 1, 1))
    assert story.decision.facts == (StepUnticked(1, LOSS.title, 1, "Stop writing."),)
    assert shown(story).steps[0].by is None
    with pytest.raises(Refused, match="Step 1 is not ticked"):
        story.does(4, ALICE, lambda i, now: ticking.untick(i, now, 1, 1))


def test_the_same_one_begins_only_once_and_another_beside_it(story: Story) -> None:
    ticks(story, 1)
    with pytest.raises(Refused, match="already: 1 of 3 steps are done"):
        story.does(3, BOB, lambda i, now: ticking.begin(i, now, LOSS))
    story.does(3, BOB, lambda i, now: ticking.begin(i, now, DISK))
    assert [each.number for each in story.incident.checklists] == [1, 2]
    assert ticking.chosen(story.incident, [1]) == (2, 1)
    assert ticking.chosen(story.incident, [1, 2]) == (1, 2)


def test_after_the_end_what_was_left_can_be_ticked_but_nothing_begins(story: Story) -> None:
    story.does(5, ALICE, lambda i, now: endings.resolve(i, now, "repaired", "seen by all", None))
    ticks(story, 3, at=6)
    assert shown(story).steps[2].by == BOB
    with pytest.raises(Refused, match="is resolved"):
        story.does(7, ALICE, lambda i, now: ticking.begin(i, now, DISK))


@pytest.mark.parametrize(
    ("number", "step", "words"), [(1, 0, "steps 1 to 3, not 0"), (1, 4, "not 4"), (2, 1, "no checklist 2")]
)
def test_what_there_is_not_is_refused_by_number(story: Story, number: int, step: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        story.does(2, BOB, lambda i, now: ticking.tick(i, now, number, step))


def test_without_a_checklist_no_step_can_be_meant() -> None:
    with pytest.raises(Refused, match="No checklist was begun"):
        ticking.chosen(declared().incident, [3])


@pytest.mark.parametrize("words", ["data-loss", "Data-Loss", "data-loss.md", "corruption", "data corruption"])
def test_a_guide_is_named_by_its_key_or_by_words_of_its_title(words: str) -> None:
    assert GUIDES.named(words) == LOSS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("data-los", r"no checklist “data-los”.* Did you mean data-loss\?"),
        ("toaster", "The checklists are: data-loss, disk-full"),
        ("", "There is no checklist"),
        ("l", "Several checklists are called “l”"),
        ("../../etc/passwd", "There is no checklist"),
    ],
)
def test_other_words_are_answered_with_what_there_is(words: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        GUIDES.named(words)


def test_the_timeline_tells_it_in_words(story: Story) -> None:
    ticks(story, 1)
    story.does(3, ALICE, lambda i, now: ticking.untick(i, now, 1, 1))
    told = [line(entry, str, lambda at: f"{at:%H:%M}") for entry in story.entries[-3:]]
    assert told == [
        "10:01  alice began the checklist “Data corruption: rows lost or wrong” (3 steps)",
        "10:02  bob did step 1 of “Data corruption: rows lost or wrong”: Stop writing.",
        "10:03  alice took back step 1 of “Data corruption: rows lost or wrong”: Stop writing.",
    ]
