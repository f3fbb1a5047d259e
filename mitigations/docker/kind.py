"""What can be done to containers."""

from mitigations.action import Action, Kind
from mitigations.docker import hook
from mitigations.docker.engine import MARGIN, Engine
from mitigations.docker.restart import MOST, RESTART
from mitigations.docker.restart_all import RESTART_ALL
from mitigations.docker.roll_back import ROLL_BACK
from mitigations.docker.section import DockerSection

ACTIONS: tuple[Action[Engine], ...] = (RESTART, RESTART_ALL, ROLL_BACK)


def patience(section: DockerSection) -> float:
    """Seconds for what takes longest: restarts one after another or layer by layer, or two deploys."""
    restarts = min(section.cap, MOST) * (section.grace + MARGIN + section.healthy_within)
    deploys = hook.PATIENCE + 2 * section.deployed_within if section.deploy_hook else 0
    return max(restarts, deploys) + 2 * MARGIN


KIND = Kind("docker", DockerSection, Engine, ACTIONS, patience)
