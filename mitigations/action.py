"""What an action is: looked up as a draft of a plan, then carried out on what is still the same."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from incidents.errors import Refused
from incidents.mitigation import Aim, Approval, Fate, Hit, Offer, Plan, Result
from incidents.quoting import quoted
from mitigations.wording import listed

MOST = 50  # aims of one plan, whatever is configured
REFUSED_WORDS = 60  # characters of a wrong word that are said back


class Section(BaseModel):
    """One entry of a service's mitigations in services.toml; each kind adds its own keys.

    Attributes:
        name: of the target, as people type it.
        actions: the words of what may be done; nothing else is offered.
        approval: who may approve it.
        cap: how many things may be hit at once.
        cooldown_minutes: how long the same action waits on the same target.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    WHAT: ClassVar[tuple[str, ...]] = ("name",)  # the settings that say what is changed, whoever names it

    kind: str
    name: str
    actions: tuple[str, ...] = Field(min_length=1)
    approval: Approval = Approval.ANOTHER
    cap: int = Field(default=MOST, strict=True, ge=1, le=MOST)
    cooldown_minutes: int = Field(default=5, strict=True, ge=0, le=24 * 60)

    @property
    def place(self) -> str:
        """What would be changed, the same for all services that name it; without secrets."""
        return " ".join((self.kind, *(str(getattr(self, setting)) for setting in self.WHAT)))

    @property
    def places(self) -> frozenset[str]:
        """The same thing by thing, where a target has several that others may name as well."""
        return frozenset({self.place})


@dataclass(frozen=True, slots=True)
class Draft:
    """What an action would do, before it is an offer's plan; see `Plan`."""

    sentence: str
    effect: str
    aims: tuple[Aim, ...]
    before: str
    left_out: int = 0


class Reach(Protocol):
    """The way to one target, kept ready."""

    async def open(self) -> None:
        """Get ready; a target that does not answer is no reason to fail."""

    async def close(self) -> None:
        """Let go of everything that is open."""


R = TypeVar("R", bound=Reach)
S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Action(Generic[R]):
    """One thing that can be done to a kind of target.

    Attributes:
        id: stable, such as "pg.end_idle".
        word: what people type, such as "end-idle".
        title: what it does, in people's words.
        plan: looks up what would be hit, at most that many; raises Refused, Unavailable.
        carry_out: does it to the aims that are still what they were; raises Refused, Unavailable.
        again: the same after having been cut off, where what was asked for shows only later.
        most: things that may be hit at once, however high the operator's cap is.
        rollback: it brings back an earlier version, so the whole service must be verified afterwards.
    """

    id: str
    word: str
    title: str
    plan: Callable[[R, int], Awaitable[Draft]]
    carry_out: Callable[[R, Plan], Awaitable[Result]]
    most: int = MOST
    rollback: bool = False
    again: Callable[[R, Plan], Awaitable[Result]] | None = None


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, R]):
    """A kind of target.

    Attributes:
        kind: its word in services.toml.
        section: its typed settings.
        reach: makes the way to a target, which is called such as "payments db".
        actions: what can be done to it.
        patience: seconds after which carrying out is given up.
    """

    kind: str
    section: type[S]
    reach: Callable[[str, S], R]
    actions: tuple[Action[R], ...]
    patience: Callable[[S], float]


AnyKind: TypeAlias = Kind[Any, Any]
AnyAction: TypeAlias = Action[Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What may be changed, as configured; its settings may hold a secret and are never printed."""

    service: str
    word: str
    section: Section = field(repr=False)
    kind: AnyKind = field(repr=False)

    def __str__(self) -> str:
        return f"{self.service} {self.word}"

    @property
    def actions(self) -> tuple[AnyAction, ...]:
        """What the operator allows."""
        return tuple(action for action in self.kind.actions if action.word in self.section.actions)

    def offer(self, action: AnyAction) -> Offer:
        """The action as it is offered."""
        approval = self.section.approval
        return Offer(action.id, action.word, str(self), action.title, approval, rollback=action.rollback)


def identity(aim: Aim, *keys: str) -> tuple[str, ...]:
    """The values of an aim's identity, in the order of these keys.

    Raises:
        Refused: it is not the identity of such an aim.
    """
    if tuple(key for key, _ in aim.identity) != keys:
        raise Refused(
            f"{quoted(aim.label, REFUSED_WORDS)} is not known by {listed(keys)}. "
            "Nothing was changed; ask again."
        )
    return tuple(value for _, value in aim.identity)


def count(hits: Sequence[Hit], fate: Fate) -> int:
    """How many came to that."""
    return sum(hit.fate is fate for hit in hits)
