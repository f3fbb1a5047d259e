"""What can be done to containers."""

from mitigations.action import Action, Kind
from mitigations.docker.engine import MARGIN, Engine
from mitigations.docker.restart import MOST, RESTART
from mitigations.docker.section import DockerSection

ACTIONS: tuple[Action[Engine], ...] = (RESTART,)


def patience(section: DockerSection) -> float:
    """Seconds for all containers of one plan, each with its grace and its time to be well again."""
    return min(section.cap, MOST) * (section.grace + MARGIN + section.healthy_within) + 2 * MARGIN


KIND = Kind("docker", DockerSection, Engine, ACTIONS, patience)
