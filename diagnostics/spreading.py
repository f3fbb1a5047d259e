"""A cause of one service told as that of others which depend on it, with what speaks for and against that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from diagnostics.score import bounded, confidence
from diagnostics.wording import counted, duration, listed, with_unit
from incidents.evidence import Cause

CASCADING = "CASCADING"
UPWARDS = "from the bottom up: database, back end, front end"
IN_ORDER = 10  # hundredths
OUT_OF_ORDER = 20
CALLING_AGAIN = 10
SLACK = 60.0  # seconds: what is this close together began at one time
MANY = 200.0  # percent of the usual requests
SIGNS = 2  # that are weighed here: the order, and the requests


@dataclass(frozen=True, slots=True)
class Spreading:
    """What is known of a failure that may have spread.

    Attributes:
        service: the key of the one in which it lies.
        lasting: seconds for which it has been so there at least; None where nothing tells.
        traced: it was not so there before that.
        hit: the same of those that depend on it and fail, in order of their names.
        requests: those that reach the service, in percent of the usual; None where they are not counted.
    """

    service: str
    lasting: float | None
    hit: Mapping[str, float | None]
    requests: float | None = None
    traced: bool = False

    @property
    def first(self) -> tuple[str, float] | None:
        """Which of the others has failed the longest."""
        known = {name: seconds for name, seconds in self.hit.items() if seconds is not None}
        return max(known.items(), key=lambda pair: pair[1], default=None)

    @property
    def in_order(self) -> bool | None:
        """Whether none of the others failed before the service did; None where that is not known."""
        if self.lasting is None or self.first is None:
            return None
        after = self.first[1] <= self.lasting + SLACK
        return after if after or self.traced else None

    @property
    def calling_again(self) -> bool | None:
        """Whether the service is asked far more than usual, as by callers that try again."""
        return None if self.requests is None else self.requests > MANY


def spread(root: Cause, how: Spreading) -> Cause:
    """The cause of a service as that of others too, which fail because they depend on it."""
    names = listed(tuple(how.hit))
    several = len(how.hit) > 1
    who = (
        f"{counted(len(how.hit), 'service')} fail ({names}) and depend"
        if several
        else f"{names} fails and depends"
    )
    score = bounded(root.score + _gained(how))
    return replace(
        root,
        code=CASCADING,
        title="a failure that spreads",
        sentence=f"{who} on {how.service}: {root.sentence}",
        confidence=confidence(score),
        score=score,
        checked=root.checked + _known(how),
        signs=root.signs + SIGNS,
        held=(*root.held, f"{names} {'depend' if several else 'depends'} on {how.service}", *_for(how)),
        against=(*root.against, *_against(how)),
        missing=(*root.missing, *_missing(how)),
        next_step=f"{root.next_step} Fix {how.service} first, then see {names} recover {UPWARDS}.".strip(),
    )


def _gained(how: Spreading) -> int:
    order = {True: IN_ORDER, False: -OUT_OF_ORDER, None: 0}[how.in_order]
    return order + (CALLING_AGAIN if how.calling_again else 0)


def _known(how: Spreading) -> int:
    return [how.in_order is None, how.calling_again is None].count(False)


def _for(how: Spreading) -> tuple[str, ...]:
    told: tuple[str, ...] = ()
    if how.in_order:
        told += (f"{_order(how)}: nothing above failed before {how.service} did",)
    if how.calling_again and how.requests is not None:
        share = with_unit(round(how.requests), "%")
        told += (f"{how.service} gets {share} of its usual requests, as when callers try again",)
    return told


def _against(how: Spreading) -> tuple[str, ...]:
    return (f"{_order(how)}: it failed before {how.service} did",) if how.in_order is False else ()


def _order(how: Spreading) -> str:
    name, seconds = how.first or ("", 0.0)
    return f"{how.service} has been so for {duration(how.lasting or 0.0)}, {name} for {duration(seconds)}"


def _missing(how: Spreading) -> tuple[str, ...]:
    order = () if how.in_order is not None else ("which of the services failed first",)
    return order if how.calling_again is not None else (*order, f"requests at {how.service}")
