"""TCP ports on loopback: the usual ones, or free ones where those are taken."""

import socket
from dataclasses import dataclass
from typing import Final

HERE: Final = "127.0.0.1"
ANY: Final = 0
USUAL_WORKSPACE: Final = 47210
USUAL_PANEL: Final = 47211
USUAL_API: Final = 47212
USUAL_DATABASE: Final = 47213


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where everything listens."""

    workspace: int
    panel: int
    api: int
    database: int


def free_ports() -> Ports:
    """A port for each, none twice; the usual one where nobody listens on it."""
    usual = (USUAL_WORKSPACE, USUAL_PANEL, USUAL_API, USUAL_DATABASE)
    held = [_bound(port) for port in usual]  # all at once, so that no free one is handed out twice
    try:
        workspace, panel, api, database = (place.getsockname()[1] for place in held)
    finally:
        for place in held:
            place.close()
    return Ports(workspace=workspace, panel=panel, api=api, database=database)


def _bound(preferred: int) -> socket.socket:
    for port in (preferred, ANY):
        place = socket.socket()
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, after one just ended
        try:
            place.bind((HERE, port))
        except OSError:
            place.close()
            if port == ANY:
                raise
        else:
            return place
    raise AssertionError("unreachable: the last port is any")
