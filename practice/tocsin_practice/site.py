"""The parts of a running practice workspace, joined once."""

from dataclasses import dataclass

from tocsin_practice.acts import Acts
from tocsin_practice.calllog import CallLog
from tocsin_practice.ratelimits import RateLimits
from tocsin_practice.sockets import Sockets
from tocsin_practice.tickets import Tickets
from tocsin_practice.trouble import Trouble
from tocsin_practice.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Site:
    """What the wire works on."""

    workspace: Workspace
    tickets: Tickets
    sockets: Sockets
    acts: Acts
    log: CallLog
    trouble: Trouble
    limits: RateLimits
