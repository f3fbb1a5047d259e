"""What can be done to units of systemd."""

from mitigations.action import Action, Kind
from mitigations.systemd import bus, tunnel
from mitigations.systemd.host import Host
from mitigations.systemd.restart import MOST, RESTART, START
from mitigations.systemd.section import SystemdSection

ACTIONS: tuple[Action[Host], ...] = (RESTART, START)


def patience(section: SystemdSection) -> float:
    """Seconds for the units one after another, and for the way there."""
    units = min(section.cap, MOST, len(section.units))
    return units * (section.started_within + section.settle + bus.PATIENCE) + 2 * tunnel.PATIENCE


KIND = Kind("systemd", SystemdSection, Host, ACTIONS, patience)
