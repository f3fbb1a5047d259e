"""The rules of guided checklists; each gives the decision or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from incidents.checklist_facts import ChecklistBegun, ChecklistFact, StepTicked, StepUnticked
from incidents.checklists import Checklist, Guide, Guides, Step
from incidents.errors import Refused
from incidents.model import Incident, IncidentId
from incidents.moment import Moment, Rule, still_open
from incidents.policy import Policy
from incidents.ports import Ledger
from incidents.work import Board, Decision, DrawChecklist, FollowUp, Outcome, Redraw, Request

MOST_STEPS = 24
"""The most steps of a checklist: as many as one message shows."""


@dataclass(frozen=True, slots=True)
class ChecklistDesk:
    """Where checklists are begun and ticked. Every method may raise `IncidentError`."""

    ledger: Ledger
    policy: Policy
    guides: Guides

    async def begin(self, request: Request, incident: IncidentId, words: str) -> Outcome:
        """Begin the checklist of that name."""
        guide = self.guides.named(words)
        return await self._rule(request, incident, lambda i, now: begin(i, now, guide))

    async def tick(self, request: Request, incident: IncidentId, number: int, step: int) -> Outcome:
        """*Done*."""
        return await self._rule(request, incident, lambda i, now: tick(i, now, number, step))

    async def untick(self, request: Request, incident: IncidentId, number: int, step: int) -> Outcome:
        """It is not done after all."""
        return await self._rule(request, incident, lambda i, now: untick(i, now, number, step))

    async def _rule(self, request: Request, incident: IncidentId, rule: Rule) -> Outcome:
        moment = Moment(request.at, request.by, self.policy)
        return await self.ledger.change(request, incident, lambda i: rule(i, moment))


def begin(incident: Incident, now: Moment, guide: Guide) -> Decision:
    """The guide's steps as they are now, each to be ticked; once in an incident."""
    still_open(incident)
    for begun in incident.checklists:
        if begun.key == guide.key:
            raise Refused(
                f"The checklist “{begun.title}” is in the room of {incident.reference} already: "
                f"{begun.done} of {len(begun.steps)} steps are done. Nothing was changed."
            )
    number = len(incident.checklists) + 1
    steps = tuple(map(Step, guide.steps))
    begun = Checklist(number, guide.key, guide.title, steps, guide.expected)
    moved = replace(incident, checklists=(*incident.checklists, begun))
    return now.decide(moved, [ChecklistBegun(number, guide.title, guide.steps)], _drawn(number))


def tick(incident: Incident, now: Moment, number: int, step: int) -> Decision:
    """The step is done, says the one who asks; also after the end, since what was left is done then."""
    checklist, found = _step(incident, number, step)
    if found.by:
        raise Refused(f"{{person}} ticked step {step} already. Nothing was changed.", person=found.by)
    moved = checklist.with_step(step, now.by, now.at)
    return _moved(incident, now, moved, StepTicked(number, moved.title, step, found.text))


def untick(incident: Incident, now: Moment, number: int, step: int) -> Decision:
    """The step is not done after all; that it was ticked stays on the timeline."""
    checklist, found = _step(incident, number, step)
    if not found.by:
        raise Refused(f"Step {step} is not ticked. Nothing was changed.")
    moved = checklist.with_step(step, None, None)
    return _moved(incident, now, moved, StepUnticked(number, moved.title, step, found.text))


def chosen(incident: Incident, numbers: Sequence[int]) -> tuple[int, int]:
    """The checklist and the step that one number or two mean. Raises Refused.

    One number is a step of the only checklist, or of the one that was begun last.
    """
    if not incident.checklists:
        raise Refused(
            f"No checklist was begun in {incident.reference}. Nothing was changed. "
            "`/incident checklist` lists those that there are."
        )
    number, step = numbers if len(numbers) > 1 else (incident.checklists[-1].number, *numbers)
    return number, step


def _step(incident: Incident, number: int, step: int) -> tuple[Checklist, Step]:
    checklist = next((each for each in incident.checklists if each.number == number), None)
    if checklist is None:
        raise Refused(f"{incident.reference} has no checklist {number}. Nothing was changed.")
    if not 1 <= step <= len(checklist.steps):
        count = len(checklist.steps)
        raise Refused(f"“{checklist.title}” has steps 1 to {count}, not {step}. Nothing was changed.")
    return checklist, checklist.steps[step - 1]


def _moved(incident: Incident, now: Moment, moved: Checklist, fact: ChecklistFact) -> Decision:
    lists = tuple(moved if each.number == moved.number else each for each in incident.checklists)
    return now.decide(replace(incident, checklists=lists), [fact], _drawn(moved.number))


def _drawn(number: int) -> list[FollowUp]:
    return [DrawChecklist(number), Redraw(Board.CARD)]
