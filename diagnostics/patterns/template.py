"""Sentences with figures in them: `{pg.slots.taken}`. Nothing but facts can be filled in, and only once."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from diagnostics.patterns.expression import Value
from diagnostics.wording import counted, with_unit
from incidents.quoting import quoted

PLACE = re.compile(r"\{([^{}]*)\}")
INSIDE = re.compile(r"(?P<name>[a-z]\w*\.\w+\.\w+)(?::(?P<thing>[^/{}]+)(?:/(?P<things>[^/{}]+))?)?")
WIDEST = 300  # characters of a word that is filled in


class TemplateError(ValueError):
    """A sentence that cannot be filled in; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure goes, and the noun that is counted with it, as in "1 session" and "2 sessions"."""

    name: str
    thing: str = ""
    things: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, in words and places."""

    parts: tuple[str | Place, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that it shows."""
        return tuple(part.name for part in self.parts if isinstance(part, Place))

    def filled(self, facts: Mapping[str, Value], units: Mapping[str, str]) -> str:
        """The sentence with its figures, "?" for one that is not known.

        A finding's sentence that is filled in loses its full stop, unless ours ends with it.
        """

        def said(part: str | Place) -> str:
            return part if isinstance(part, str) else _shown(part, facts.get(part.name), units[part.name])

        def inside(part: str | Place) -> str:
            return said(part).rstrip(".") if isinstance(part, Place) else part

        return "".join((*map(inside, self.parts[:-1]), *map(said, self.parts[-1:])))


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence in one or more forms; the first whose facts all are known is said, else the last."""

    forms: tuple[Sentence, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that any form shows."""
        return tuple(name for form in self.forms for name in form.names)

    def filled(
        self, facts: Mapping[str, Value], units: Mapping[str, str], *, beside: AbstractSet[str] = frozenset()
    ) -> str:
        """The sentence with its figures; empty if there is none.

        Args:
            facts: what is known.
            units: of all facts.
            beside: codes, such as "pg.slots", that are beside the point; no form that shows one is said.
        """
        if not self.forms:
            return ""
        known = {name for name in facts if name.rpartition(".")[0] not in beside}
        fitting = (form for form in self.forms if known.issuperset(form.names))
        return next(fitting, self.forms[-1]).filled(facts, units)


def template(*forms: str) -> Template:
    """The template of these forms, the fullest first.

    Raises:
        TemplateError: a brace that holds no fact.
    """
    return Template(tuple(_sentence(form) for form in forms))


def _sentence(text: str) -> Sentence:
    parts: list[str | Place] = []
    end = 0
    for found in PLACE.finditer(text):
        parts += [text[end : found.start()], _place(found.group(1))]
        end = found.end()
    parts.append(text[end:])
    if any(isinstance(part, str) and ("{" in part or "}" in part) for part in parts):
        raise TemplateError("has a brace without its partner")
    return Sentence(tuple(part for part in parts if part))


def _place(inside: str) -> Place:
    found = INSIDE.fullmatch(inside)
    if not found:
        raise TemplateError(
            f"has {{{inside}}}; write {{pg.slots.taken}} or, to count, {{pg.slots.taken_slots:slot}}"
        )
    return Place(found["name"], found["thing"] or "", found["things"] or "")


def _shown(place: Place, value: Value | None, unit: str) -> str:
    match value:
        case None:
            return "?"
        case bool():
            return "yes" if value else "no"
        case str():
            return quoted(value, WIDEST)
        case float() if place.thing and value.is_integer():
            return counted(int(value), place.thing, place.things)
        case _:
            return with_unit(value, unit)
