"""Guided checklists: what a team wrote down to be done in order, and how far an incident is with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from incidents.errors import Refused
from incidents.texts import plain


@dataclass(frozen=True, slots=True)
class Guide:
    """What has to be done in a case, in order, as the team's runbook has it.

    Attributes:
        key: the runbook's name, such as "data-loss".
        steps: each in one paragraph, in the chat's own markup.
        expected: how long it takes to recover, in words; empty where the runbook does not say.
    """

    key: str
    title: str
    steps: tuple[str, ...]
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Guides:
    """All guides, by key."""

    guides: Mapping[str, Guide] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Guide]:
        return iter(self.guides.values())

    def of_runbook(self, place: str) -> Guide | None:
        """The guide of a cause's runbook, such as "data-loss.md"; None where that has no steps of ours."""
        return self.guides.get(place.removesuffix(".md"))

    def named(self, words: str) -> Guide:
        """The guide of that key, or the only one whose title has these words. Raises Refused."""
        wanted = plain(words.removesuffix(".md"))
        exact = [guide for guide in self if plain(guide.key) == wanted]
        found = exact or [guide for guide in self if wanted and wanted in plain(guide.title)]
        if len(found) == 1:
            return found[0]
        near = difflib.get_close_matches(words.casefold(), self.guides, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        known = ", ".join(guide.key for guide in found or self) or "none yet; runbooks with steps are such"
        many = "Several checklists are called" if found else "There is no checklist"
        raise Refused(f"{many} “{words:.40}”. Nothing was changed.{hint} The checklists are: {known}.")


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it was when the checklist was begun; `by` ticked it then (UTC), None if nobody has."""

    text: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A guide that is worked through in an incident.

    Attributes:
        number: counts within the incident, from 1.
    """

    number: int
    key: str
    title: str
    steps: tuple[Step, ...]
    expected: str = ""

    @property
    def done(self) -> int:
        """How many steps are ticked."""
        return sum(step.by is not None for step in self.steps)

    @property
    def next(self) -> int:
        """The number of the first step that is not ticked, from 1; 0 once all are."""
        return next((n for n, step in enumerate(self.steps, 1) if step.by is None), 0)

    def with_step(self, number: int, by: str | None, at: datetime | None) -> Checklist:
        """With that step ticked by somebody, or by nobody any more."""
        changed = replace(self.steps[number - 1], by=by, at=at)
        return replace(self, steps=(*self.steps[: number - 1], changed, *self.steps[number:]))
