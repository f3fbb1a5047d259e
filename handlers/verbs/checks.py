"""The verb of standing checks: `checks` lists them, `checks known payments api` says it is no incident."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers, checks
from handlers.messages.answers import Doubt
from handlers.messages.parts import Message, words
from handlers.messages.text import one_line
from handlers.requests import Asked
from handlers.verbs import declaring
from incidents.checks import CheckId
from incidents.errors import Refused

NAME = "checks"


async def checked(front: Front, asked: Asked, line: str) -> Message | None:
    """List all checks, or carry out what is said of one; words that are neither may be a title."""
    first, _, rest = line.partition(" ")
    found = _named(front, rest)
    match first.casefold():
        case "":
            return checks.listed(await front.checks.standings())
        case "known" if found:
            return await known(front, asked, found, await _bad(front, found))
        case "declare" if found:
            return await declare(front, asked, found, await _bad(front, found))
        case _:
            return answers.doubted(Doubt(f"{NAME} {line}", NAME, "List the checks", ""), [], near=NAME)


def _named(front: Front, words: str) -> CheckId | None:
    """The check of that name, in any case of letters."""
    wanted = " ".join(words.split()).casefold()
    return next((name for name in front.checks.checks if name.casefold() == wanted), None)


async def _bad(front: Front, name: CheckId) -> int:
    """The number of the turn that lasts. Raises Refused if it is not bad."""
    for check, standing in await front.checks.standings():
        if check.id == name and standing and standing.bad_turn:
            return standing.bad_turn.number
    raise Refused(f"{name} is not bad, so there is nothing to say of it. Nothing was changed.")


async def known(front: Front, asked: Asked, name: str, number: int) -> Message | None:
    """*Not an incident*."""
    standing = await front.checks.known(asked.request, name, number)
    return words(f"I say nothing more of {one_line(standing.check, 100)} until it is good again.")


async def declare(front: Front, asked: Asked, name: str, number: int) -> Message | None:
    """*Declare*, with what the check found."""
    outcome = await front.checks.declare(asked.request, name, number)
    return await declaring.told(front, asked, outcome.incident)
