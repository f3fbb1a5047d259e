"""Which targets a person means by a word, and what to say when there are none of that name."""

import difflib
from collections.abc import Mapping, Sequence

from diagnostics.probe import Target
from diagnostics.wording import listed
from incidents.errors import Refused

ALL = "all"


def words(services: Mapping[str, Sequence[Target]], service: str | None) -> tuple[str, ...]:
    """What can be asked for: in a service's room its own parts, elsewhere every service's."""
    own = tuple(target.name.word for target in services.get(service, ())) if service else ()
    if own:
        return (*own, ALL) if len(own) > 1 else own
    every = tuple(str(target.name) for targets in services.values() for target in targets)
    return (*every, ALL) if len(every) > 1 else every


def wanted(services: Mapping[str, Sequence[Target]], asked: str, service: str | None) -> tuple[Target, ...]:
    """The targets meant: a part (`db`), a service (`payments`), both (`payments db`), or `all`.

    Args:
        services: the targets by service key.
        asked: what was typed.
        service: the service of the room it was typed in, if any; its parts go before others'.

    Raises:
        Refused: no target of that name, or several; the text lists them.
    """
    parts = asked.casefold().replace("/", " ").split()
    own = tuple(services.get(service, ())) if service else ()
    every = tuple(target for targets in services.values() for target in targets)
    match parts:
        case [word] if word == ALL:
            found = own or every
        case [word]:
            found = _called(own, word) or _of_service(services, word) or _only(_called(every, word), word)
        case [key, word]:
            targets = _of_service(services, key)
            found = targets if word == ALL else _called(targets, word)
        case _:
            found = ()
    if not found:
        raise Refused(_nothing(services, asked, service))
    return found


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
        f"Say which: {listed(tuple(str(target.name) for target in found), 'or')}."
    )


def _nothing(services: Mapping[str, Sequence[Target]], asked: str, service: str | None) -> str:
    known = words(services, service)
    if not known:
        return "Nothing can be looked at yet. Add `[[services.<key>.probes]]` to services.toml and restart."
    choices = f"Targets: {listed(known)}."
    if not asked.split():
        return f"Say what to look at. {choices}"
    near = difflib.get_close_matches(asked.casefold(), [*known, *services], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no target called {asked[:80]!r}.{hint} {choices}"
