"""Host names that nobody knows, without asking the network of the machine that runs the tests."""

import socket

import pytest

NOWHERE = "nowhere.invalid"


def unknown(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name that is not known, as the machine's own resolver says it."""

    def say(*_arguments: object, **_settings: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", say)
    return NOWHERE
