"""What would be hit, in lines: many that are alike as one, with their number and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidents.mitigation import Aim, Alike

_FEW = 2  # as many are told one by one, though they are alike
_NAMED = 12  # names in one line


def lines(aims: Sequence[Aim]) -> list[tuple[str, int]]:
    """Each line with how many it tells of, in the order in which they first come."""
    groups: dict[tuple[str, str], list[Aim]] = {}
    for number, aim in enumerate(aims):
        key = (aim.alike.many, aim.alike.names) if aim.alike else ("", str(number))
        groups.setdefault(key, []).append(aim)
    return [line for group in groups.values() for line in _told(group)]


def _told(group: Sequence[Aim]) -> Iterator[tuple[str, int]]:
    alike = [aim.alike for aim in group if aim.alike]
    if len(alike) > _FEW:
        yield _together(alike), len(alike)
    else:
        yield from ((aim.label, 1) for aim in group)


def _together(alike: Sequence[Alike]) -> str:
    shortest, longest = (order(alike, key=lambda each: each.seconds).lasting for order in (min, max))
    spans = longest if shortest == longest else f"{shortest} to {longest}"
    more = f" and {len(alike) - _NAMED} more" if len(alike) > _NAMED else ""
    names = ", ".join(each.name for each in alike[:_NAMED])
    return f"{len(alike)} {alike[0].many} for {spans}: {alike[0].names} {names}{more}"
