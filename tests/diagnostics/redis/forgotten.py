"""A client that asked a Redis for more than it reads, such as a MONITOR that somebody forgot."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.diagnostics.redis.server import Server

NAME = "debug-shell"
LETTERS = "x" * 500_000


@contextmanager
def monitor(server: Server, *, unread: int) -> Iterator[None]:
    """A MONITOR that reads nothing while others write, until so many bytes wait for it, two seconds long."""
    with socket.create_connection(("127.0.0.1", server.port)) as forgotten, server.client() as others:
        forgotten.sendall(f"CLIENT SETNAME {NAME}\r\nMONITOR\r\n".encode())
        while _named(others).get("cmd") != "monitor":
            others.ping()
        while int(_named(others)["omem"]) < unread:
            others.set("page", LETTERS)
        while int(_named(others)["idle"]) < 2:
            others.blpop(["nothing"], 0.5)  # type: ignore[arg-type, unused-ignore]  # redis types whole seconds
        yield


def _named(client: Any) -> dict[str, str]:  # noqa: ANN401 -- redis types its answers loosely
    return next((entry for entry in client.client_list() if entry["name"] == NAME), {})
