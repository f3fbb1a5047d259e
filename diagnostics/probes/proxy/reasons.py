"""What the words of a failed connection mean, as programs in Go write them (Caddy, Traefik)."""

import re

from diagnostics.probes.proxy.said import Complaint, Trouble, name

READ = 400  # characters
NO_NAME = ("no such host", "server misbehaving", "no such name")
HANDSHAKE = ("tls: ", "x509: ", "remote error: tls", "not look like a tls handshake")
UNFIT = ("malformed http response", "response headers exceeded", "headers too large")
DIALLED = re.compile(r"\bdial (?:tcp|unix) (?P<server>[^\s,]{1,120}?):? ")
NO_SERVER = ("no upstreams available", "no available server", "no servers available", "no healthy upstream")
CUT_OFF = ("eof", "connection reset", "broken pipe", "server closed", "aborted")
TIMED_OUT = ("timeout", "deadline exceeded", "timed out")


def complaint(words: str) -> Complaint | None:
    """Why a back end did not answer; None if these words do not tell."""
    small = words[:READ].casefold()
    if any(each in small for each in NO_SERVER):
        return Complaint(Trouble.NO_SERVER)
    dialled = DIALLED.search(words[:READ])
    for trouble, signs in (
        (Trouble.UNRESOLVED, NO_NAME),
        (Trouble.HANDSHAKE, HANDSHAKE),
        (Trouble.UNFIT, UNFIT),
    ):
        if any(each in small for each in signs):
            return Complaint(trouble)
    if dialled:
        return Complaint(Trouble.UNREACHED, name(dialled["server"]))
    if any(each in small for each in TIMED_OUT):
        return Complaint(Trouble.TIMED_OUT)
    return Complaint(Trouble.CUT_OFF) if any(each in small for each in CUT_OFF) else None
