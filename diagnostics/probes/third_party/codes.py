"""The stable codes of what can be seen of a third party.

TP00x what it and its status page say · TP01x it does not answer
"""

from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.probes.http.unanswered import FIGURES


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "TP001"
    STATUS_FINE = "TP002"  # its status page knows of nothing
    INCIDENT = "TP003"  # its status page tells of an open incident
    DEGRADED = "TP004"  # a component is not operational
    MAINTENANCE = "TP005"  # planned work goes on
    STATUS_UNSEEN = "TP006"  # its status page cannot be read
    LIMITED = "TP007"  # 429: it takes no more calls from us

    REFUSED = "TP010"  # nothing listens
    TIMED_OUT = "TP011"  # no answer in time
    NO_ADDRESS = "TP012"  # the host's name is not known
    TLS_FAILED = "TP013"  # the certificate or the handshake
    BROKEN = "TP014"  # the connection ended in the middle of an answer
    NOT_ALLOWED = "TP015"  # 401 or 403: it answers, but not us
    UNAVAILABLE = "TP016"  # 5xx
    NOT_THERE = "TP017"  # any other status


_HEALTH = FIGURES | {"host": WORD}
_PAGE = {"incident": WORD, "impact": WORD, "components": WORD, "incidents": "", "open for": "s"}
_DOWN = "What needs it fails; that is not ours to mend."
_FALLBACK = "Use the fallback, and tell users."

CODES = (
    Described(Code.ANSWERS, "the third party answers", _HEALTH),
    Described(Code.STATUS_FINE, "its status page knows of nothing", _PAGE),
    Described(
        Code.INCIDENT, "its status page tells of an incident", _PAGE, _DOWN, _FALLBACK, lasting="open for"
    ),
    Described(
        Code.DEGRADED,
        "its status page tells of failing components",
        _PAGE,
        _DOWN,
        _FALLBACK,
        lasting="open for",
    ),
    Described(Code.MAINTENANCE, "planned work goes on there", _PAGE, _DOWN, _FALLBACK),
    Described(Code.STATUS_UNSEEN, "its status page cannot be read", FIGURES),
    Described(
        Code.LIMITED,
        "the third party takes no more calls from us",
        _HEALTH,
        "Our own calls are too many, or our quota is used up.",
        "Look at who calls so often; slow down retries.",
    ),
    Described(Code.REFUSED, "nothing listens there", _HEALTH, _DOWN, _FALLBACK),
    Described(Code.TIMED_OUT, "it does not answer in time", _HEALTH, _DOWN, _FALLBACK),
    Described(Code.NO_ADDRESS, "its host name is not known", _HEALTH, _DOWN, "Check DNS here first."),
    Described(Code.TLS_FAILED, "encryption with it fails", _HEALTH, _DOWN, "Check the certificate."),
    Described(Code.BROKEN, "it ended the connection in mid-answer", _HEALTH, _DOWN, _FALLBACK),
    Described(Code.NOT_ALLOWED, "it answers, but not us", _HEALTH),
    Described(Code.UNAVAILABLE, "it answers 5xx", _HEALTH, _DOWN, _FALLBACK),
    Described(Code.NOT_THERE, "the health address is wrong", _HEALTH),
)
