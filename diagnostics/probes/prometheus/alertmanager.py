"""What Alertmanager holds back of the alerts that fire: silenced by people, inhibited by other alerts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, TypeAdapter, ValidationError

from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Unanswered, unusable, usable

MOST = 8 * 1024 * 1024  # bytes of an answer
TRIED = "alertmanager_notification_requests_total"
FAILED = "alertmanager_notification_requests_failed_total"
COUNTER = re.compile(
    rf'^(?P<name>{TRIED}|{FAILED})\{{(?:.{{0,500}},)?integration="(?P<way>[^"\n]{{0,80}})".{{0,500}} '
    r"(?P<value>\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?)$",
    re.MULTILINE,
)
OWN = frozenset({"__name__", "alertstate"})  # labels that Prometheus does not send along


class Held(StrEnum):
    """Why nobody is told of an alert."""

    SILENCED = "silenced"
    INHIBITED = "inhibited"
    MUTED = "muted"  # by a time interval


class _Status(BaseModel):
    silencedBy: tuple[str, ...] = ()  # noqa: N815 -- Alertmanager's own word
    inhibitedBy: tuple[str, ...] = ()  # noqa: N815 -- Alertmanager's own word
    mutedBy: tuple[str, ...] = ()  # noqa: N815 -- Alertmanager's own word, since 0.28

    @property
    def held(self) -> Held | None:
        """A silence is a person's word, so it is told before the others."""
        by = (
            (self.silencedBy, Held.SILENCED),
            (self.inhibitedBy, Held.INHIBITED),
            (self.mutedBy, Held.MUTED),
        )
        return next((held for those, held in by if those), None)


class _Alert(BaseModel):
    labels: dict[str, str]
    status: _Status


_ALERTS = TypeAdapter(list[_Alert])


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert as Alertmanager has it: its labels, and why nobody is told; None where people are."""

    labels: Mapping[str, str]
    held: Held | None


@dataclass(frozen=True, slots=True)
class Sending:
    """How often it tried to send in one way, such as "webhook", and how often in vain."""

    tried: float = 0.0
    failed: float = 0.0


class Alertmanager:
    """One Alertmanager."""

    def __init__(self, url: str, getter: Getter) -> None:
        self._url = url
        self._getter = getter
        self._before: Mapping[str, Sending] = {}

    async def alerts(self) -> tuple[Sent, ...]:
        """All that it has.

        Raises:
            Unanswered: what it said instead.
        """
        answer = usable(await self._getter.get(f"{self._url}/api/v2/alerts", most=MOST))
        try:
            found = _ALERTS.validate_json(answer.body)
        except ValidationError:
            raise Unanswered(unusable("what Alertmanager's API says"), answer) from None
        return tuple(Sent(each.labels, each.status.held) for each in found)

    async def sent(self) -> Mapping[str, Sending]:
        """What it sent since it was asked before, by the way; the first time since it started.

        Raises:
            Unanswered: what it said instead.
        """
        answer = usable(await self._getter.get(f"{self._url}/metrics", most=MOST))
        before, now = self._before, _counters(answer.body)
        self._before = now
        return {way: _since(before.get(way, Sending()), one) for way, one in now.items()}

    async def close(self) -> None:
        """Let go of the connections."""
        await self._getter.close()


def _counters(page: str) -> dict[str, Sending]:
    counts: dict[str, dict[str, float]] = {}
    for found in COUNTER.finditer(page):
        way = counts.setdefault(found["way"], {})
        way[found["name"]] = way.get(found["name"], 0.0) + float(found["value"])
    return {way: Sending(one.get(TRIED, 0.0), one.get(FAILED, 0.0)) for way, one in counts.items()}


def _since(before: Sending, now: Sending) -> Sending:
    """What came on top; all of it where nothing did, or it was started anew."""
    if now.tried <= before.tried:
        return now
    return Sending(now.tried - before.tried, max(now.failed - before.failed, 0.0))


def held(labels: Mapping[str, str], sent: Sequence[Sent]) -> Held | None:
    """Why nobody is told of the alert with these labels; None unless that is so of all that it was sent as.

    Prometheus adds labels of its own on the way, and each of a pair sends its own copy.
    """
    own = {name: value for name, value in labels.items() if name not in OWN}
    found = [each.held for each in sent if own.items() <= each.labels.items()]
    return None if None in found else next(iter(found), None)
