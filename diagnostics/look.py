"""What is known of the targets that were asked for: collected once, judged now or later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from diagnostics.run import Progress
from diagnostics.upstream import ALONE, Upstream
from incidents.evidence import Sought


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of one target.

    Attributes:
        target: its name, such as "payments db".
        service: whose it is.
        facts: its family's word in patterns.
        alone: nothing else was asked for.
    """

    target: str
    service: str
    facts: str
    progress: Progress
    alone: bool = True

    @property
    def prefix(self) -> str:
        """Words that tell this target's from others'."""
        return "" if self.alone else f"{self.target}: "


@dataclass(frozen=True, slots=True)
class Collected:
    """All that is known of what was asked for.

    Attributes:
        target: what was asked for, as people call it.
        started_at: when the first look began, UTC.
        seconds: how long it has taken until now.
        over: the time is up, so that what has not answered is unseen.
        sought: the text that was looked for, if that was the question.
        upstream: what services depend on.
        configured: of each service, what people type for its targets, and the word of each one's facts.
    """

    target: str
    started_at: datetime
    seconds: float
    looks: tuple[Look, ...]
    over: bool = False
    sought: Sought | None = None
    upstream: Upstream = ALONE
    configured: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
