"""A status page in Statuspage's shape, as far as it is read; what it says is somebody else's text."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

FINISHED = frozenset({"resolved", "postmortem", "completed"})
RUNNING = frozenset({"in_progress", "verifying"})


class Component(BaseModel):
    """A part of the third party's."""

    name: str
    status: str = "operational"
    group: bool = False  # a heading that repeats the worst of its components

    @property
    def failing(self) -> bool:
        """Whether it is not operational, planned work left out."""
        return not self.group and self.status not in {"operational", "under_maintenance"}


class Incident(BaseModel):
    """An incident, or planned work, of the third party's."""

    name: str
    status: str = ""
    impact: str = ""
    started_at: datetime | None = None
    created_at: datetime | None = None
    components: list[Component] = []

    def touches(self, names: Sequence[str]) -> bool:
        """Whether it concerns one of the components; one that names none concerns all."""
        own = {component.name.casefold() for component in self.components}
        return not names or not own or bool(own & {name.casefold() for name in names})

    @property
    def since(self) -> datetime | None:
        """When it began; None if that is not told with its time zone."""
        began = self.started_at or self.created_at
        return began if began and began.tzinfo else None


class Overall(BaseModel):
    """The page's own verdict."""

    indicator: str = ""
    description: str = ""


class Page(BaseModel):
    """The summary of a status page."""

    status: Overall
    components: list[Component] = []
    incidents: list[Incident] = []
    scheduled_maintenances: list[Incident] = Field(default=[])

    def open_incidents(self, names: Sequence[str]) -> list[Incident]:
        """The incidents that are not over and concern the components."""
        return [one for one in self.incidents if one.status not in FINISHED and one.touches(names)]

    def work(self, names: Sequence[str]) -> list[Incident]:
        """The planned work that goes on now and concerns the components."""
        return [one for one in self.scheduled_maintenances if one.status in RUNNING and one.touches(names)]

    def failing(self, names: Sequence[str]) -> list[Component]:
        """The failing ones of the components."""
        wanted = {name.casefold() for name in names}
        return [
            one for one in self.components if one.failing and (not wanted or one.name.casefold() in wanted)
        ]

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """The components that the page does not know."""
        known = {one.name.casefold() for one in self.components}
        return tuple(name for name in names if name.casefold() not in known)
