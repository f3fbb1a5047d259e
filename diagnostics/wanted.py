"""Which targets a person means by a word, and what to say when there are none of that name."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diagnostics.probe import Target, TargetName
from diagnostics.question import EVERYTHING, Question
from diagnostics.registry import FAMILIES
from diagnostics.wording import listed
from incidents.errors import Refused

PARTS: Mapping[str, tuple[str, ...]] = {  # what people may ask of some kinds of targets
    part: tuple(family.kind for family in FAMILIES if part in family.parts)
    for part in sorted({part for family in FAMILIES for part in family.parts})
}
ALL = "all"
EVERY = "everything"  # of every service, also in the room of one


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target, and what is asked of it."""

    name: TargetName
    question: Question = EVERYTHING

    @property
    def part(self) -> str:
        """The part that is asked for, as people type it; empty for the whole."""
        return "logs" if self.question.sought else self.question.part

    def __str__(self) -> str:
        return f"{self.name} {self.part}".strip()


def words(services: Mapping[str, Sequence[Target]], service: str | None) -> tuple[str, ...]:
    """What can be asked for: in a service's room its own targets, elsewhere every service's."""
    own = tuple(dict.fromkeys(_own(services.get(service, ())))) if service else ()
    if own:
        return (*own, ALL) if len(own) > 1 else own
    every = tuple(
        dict.fromkeys(f"{key} {word}" for key, targets in services.items() for word in _own(targets))
    )
    return (*every, ALL) if len(every) > 1 else every


def understood(services: Mapping[str, Sequence[Target]], service: str | None) -> tuple[str, ...]:
    """The same with every other word that leads to a target, such as the words of its kind."""
    own = services.get(service, ()) if service else ()
    every = own or tuple(target for targets in services.values() for target in targets)
    families = tuple(target.family for target in every)
    kinds = (word for each in families for word in (*each.words, *each.parts, *each.instead))
    return tuple(dict.fromkeys([*words(services, service), *kinds]))


def _own(targets: Sequence[Target]) -> Iterator[str]:
    yield from (target.name.word for target in targets)
    yield from (part for target in targets for part in target.family.parts)


def wanted(services: Mapping[str, Sequence[Target]], asked: str, service: str | None) -> tuple[Wanted, ...]:
    """The targets meant: one (`db`), a service (`payments`), both (`payments db`), `all` or `everything`.

    A last word that is a part of targets (`logs`, `payments logs`) asks for that part of them; so does one
    that stands for a part where no target is called so (`proxy`, which a log may tell of).

    Args:
        services: the targets by service key.
        asked: what was typed.
        service: the service of the room it was typed in, if any; its parts go before others'.

    Raises:
        Refused: no target of that name, or several; the text lists them.
    """
    typed = asked.casefold().replace("/", " ").split()
    found = _targets(services, typed, service)
    if found:
        return tuple(Wanted(target.name) for target in found)
    for words_typed in _ways(services, typed):
        if parted := _parted(services, words_typed, service):
            return tuple(Wanted(target.name, Question(words_typed[-1])) for target in parted)
    raise Refused(_nothing(services, asked, service))


def _ways(services: Mapping[str, Sequence[Target]], typed: list[str]) -> Iterator[list[str]]:
    """What was typed; then the same with the part that a family offers instead of the last word."""
    if not typed:
        return
    yield typed
    every = (target.family.instead for targets in services.values() for target in targets)
    for part in dict.fromkeys(instead[typed[-1]] for instead in every if typed[-1] in instead):
        yield [*typed[:-1], part]


def _parted(
    services: Mapping[str, Sequence[Target]], typed: list[str], service: str | None
) -> tuple[Target, ...]:
    """Those of the targets meant that have the part which the last word names."""
    *before, part = typed
    if before:
        return _with(part, _targets(services, before, service))
    own = _with(part, tuple(services.get(service, ()))) if service else ()
    every = tuple(target for targets in services.values() for target in targets)
    return own or _only(_with(part, every), part)


def _with(part: str, targets: Sequence[Target]) -> tuple[Target, ...]:
    return tuple(target for target in targets if part in target.family.parts)


def _targets(
    services: Mapping[str, Sequence[Target]], typed: list[str], service: str | None
) -> tuple[Target, ...]:
    own = tuple(services.get(service, ())) if service else ()
    every = tuple(target for targets in services.values() for target in targets)
    match typed:
        case [word] if word == ALL:
            return own or every
        case [word] if word == EVERY:
            return every
        case [word]:
            return _called(own, word) or _of_service(services, word) or _only(_called(every, word), word)
        case [key, word]:
            targets = _of_service(services, key)
            return targets if word == ALL else _called(targets, word)
        case _:
            return ()


def _called(targets: Sequence[Target], word: str) -> tuple[Target, ...]:
    named = tuple(target for target in targets if target.name.word.casefold() == word)
    return named or tuple(target for target in targets if word in target.family.words)


def _of_service(services: Mapping[str, Sequence[Target]], key: str) -> tuple[Target, ...]:
    return next((tuple(targets) for name, targets in services.items() if name.casefold() == key), ())


def _only(found: tuple[Target, ...], word: str) -> tuple[Target, ...]:
    if len({target.name.service for target in found}) < 2:  # noqa: PLR2004 -- more than one
        return found
    raise Refused(
        f"More than one service has a target called {word}. "
        f"Say which: {listed(tuple(dict.fromkeys(_fully(target, word) for target in found)), 'or')}."
    )


def _fully(target: Target, word: str) -> str:
    """What names it alone: with its service, and by the part if that was asked for."""
    return f"{target.name.service} {word}" if word in target.family.parts else str(target.name)


def _without(part: str, whose: str, known: Sequence[str]) -> str:
    """The word is known, and nothing here has such a thing."""
    kinds = listed(tuple(map(repr, PARTS[part])), "or")
    where = "No service has" if whose == "any service" else f"{whose} has no target with"
    return (
        f"{where} {part} that can be looked at. They are read where a service has a probe of the kind "
        f"{kinds}: add one to services.toml. Targets: {listed(tuple(known))}."
    )


def _nothing(services: Mapping[str, Sequence[Target]], asked: str, service: str | None) -> str:
    known = words(services, service)
    typed = asked.casefold().split()
    if known and typed and typed[-1] in PARTS:
        whose = typed[0] if len(typed) > 1 else service or "any service"
        return _without(typed[-1], whose, known)
    if not known:
        return "Nothing can be looked at yet. Add `[[services.<key>.probes]]` to services.toml and restart."
    choices = f"Targets: {listed(known)}."
    if not asked.split():
        return f"Say what to look at. {choices}"
    near = difflib.get_close_matches(asked.casefold(), [*known, *services], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no target called {asked[:80]!r}.{hint} {choices}"
