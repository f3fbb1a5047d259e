"""What is looked at by itself: the standing checks of services.toml, and how they stand for the shell."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from app import config
from app.config import CheckTable
from incidents.checks import Check, CheckId, Standing, health_of
from incidents.errors import Misconfigured, Refused
from incidents.evidence import Health
from incidents.policy import Policy
from incidents.wording import duration


def checks(
    folder: Path, *, policy: Policy, known: Callable[[str, None], object] | None
) -> dict[CheckId, Check]:
    """The standing checks, by id.

    Args:
        folder: where services.toml stands.
        policy: whose severities they propose.
        known: raises Refused where no target is called so; None where nothing is looked at from here.

    Raises:
        Misconfigured: a check names what there is not, or two have one name; with every complaint.
    """
    found: dict[CheckId, Check] = {}
    complaints: list[str] = []
    for service, tables in config.checks(folder).items():
        for number, table in enumerate(tables, 1):
            check = _check(service, table, policy)
            place = f"{folder / 'services.toml'}: services.{service}.checks[{number}]"
            complaints += [f"{place}.{said}" for said in _complaints(check, table, policy, known, found)]
            found[check.id] = check
    if complaints:
        raise Misconfigured("\n".join(complaints))
    return found


def _check(service: str, table: CheckTable, policy: Policy) -> Check:
    severity = policy.find(table.severity) if table.severity else None
    return Check(
        id=CheckId(f"{service} {table.name or table.target}"),
        service=service,
        target=f"{service} {table.target}",
        every=table.every,
        severity=severity.name if severity else policy.assumed,
        retry=table.retry,
        bad_from=Health(table.bad_from),
        bad_after=table.bad_after,
        bad_for=table.bad_for,
        good_after=table.good_after,
    )


def _complaints(
    check: Check,
    table: CheckTable,
    policy: Policy,
    known: Callable[[str, None], object] | None,
    others: Mapping[CheckId, Check],
) -> Iterator[str]:
    if known is not None:
        yield from _no_target(check, known)
    if table.severity and policy.find(table.severity) is None:
        yield f"severity: {_no_severity(table.severity, policy)}"
    if check.id in others:
        yield f"name: two checks are called {check.id}. Give one of them a name of its own."


def _no_target(check: Check, known: Callable[[str, None], object]) -> Iterator[str]:
    try:
        known(check.target, None)
    except Refused as refusal:
        yield f"target: {refusal}"


def _no_severity(word: str, policy: Policy) -> str:
    names = [severity.name for severity in policy.severities]
    near = difflib.get_close_matches(word.upper(), names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"there is no severity “{word:.40}”.{hint} There are: {', '.join(names)}."


def lines(found: Mapping[CheckId, Check], standings: Sequence[Standing]) -> Iterator[str]:
    """How each check stands, one a line, the worst first."""
    known = {standing.check: standing for standing in standings}
    for check in sorted(found.values(), key=lambda check: health_of(known.get(check.id)).rank):
        yield _line(check, known.get(check.id))
    if not found:
        yield "No standing check is configured."


def _line(check: Check, standing: Standing | None) -> str:
    head = f"{health_of(standing).value:9} {check.id:24} every {duration(check.every)}"
    if standing is None or standing.looked_at is None:
        return f"{head}, not looked at yet"
    since = f", since {standing.since:%Y-%m-%d %H:%M} UTC" if standing.since else ""
    looks = f"last look {standing.looked_at:%H:%M:%S}, next {standing.looks_at:%H:%M:%S} UTC"
    return f"{head}{since}, {looks}\n{'':10}{standing.sentence:.200}"
