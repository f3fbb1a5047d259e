"""What waits for approval stands on the card: from the proposal until it is decided, expires, or the end."""

from collections.abc import Callable

import pytest

from incidents import endings, mitigating, proposals
from incidents.work import Board, Redraw
from tests.incidents.story import ALICE, Story
from tests.incidents.test_mitigating import approves, proposed

CARD = Redraw(Board.CARD)


def declines(story: Story) -> None:
    story.does(2, ALICE, lambda i, now: mitigating.decline(i, now, 1, ""))


def expires(story: Story) -> None:
    story.rings(10)


def ends(story: Story) -> None:
    story.does(2, ALICE, lambda i, now: endings.false_alarm(i, now, ""))


def test_a_proposal_waits_on_the_card() -> None:
    story = proposed()
    assert [proposal.number for proposal in proposals.proposed(story.incident)] == [1]
    assert CARD in story.decision.follow_ups


@pytest.mark.parametrize("end", [lambda story: approves(story, ALICE), declines, expires, ends])
def test_once_it_is_over_the_card_is_drawn_without_it(end: Callable[[Story], None]) -> None:
    story = proposed()
    end(story)
    assert CARD in story.decision.follow_ups
    assert proposals.proposed(story.incident) == ()
