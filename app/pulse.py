"""Asking the bot on this machine whether it is well: `tocsin health`, and `python -m app.pulse` for engines.

Engines ask every few seconds, so nothing of the bot itself is imported here: each import would cost them
time of a processor, again and again.
"""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from app.settings import Places, load
from incidents.errors import Misconfigured

_PATIENCE = 4.0  # seconds; less than engines wait for us, so that it is we who say that nobody answered


def ask(places: Places) -> tuple[bool, str]:
    """Whether the bot that runs on this machine is well, and what it says; waits for at most some seconds."""
    if places.listen is None:
        return False, "TOCSIN_LISTEN is off, so nobody can be asked."
    host, port = places.listen
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared with, not bound
    connection = HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return answer.status == HTTPStatus.OK, answer.read().decode(errors="replace")
    except (OSError, HTTPException):
        return False, f"No bot answers at {host}:{port}. Start it with `tocsin run`."
    finally:
        connection.close()


def main() -> int:
    """Say what the bot says; 0 if it is well, else 1."""
    try:
        well, sentence = ask(load(Places))
    except Misconfigured as error:
        well, sentence = False, str(error)
    sys.stdout.write(f"{sentence}\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
