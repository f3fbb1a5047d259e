"""The stable codes of what can be seen of backups.

BU00x how old the last one is · BU01x Prometheus does not say
"""

from enum import StrEnum

from diagnostics.code import Described
from diagnostics.probes.http.unanswered import FIGURES


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    AGE = "BU001"  # of the last good backup
    NO_TIME = "BU002"  # the query gives none, or one that cannot be

    REFUSED = "BU010"  # nothing listens
    TIMED_OUT = "BU011"  # no answer in time
    NO_ADDRESS = "BU012"  # the host's name is not known
    TLS_FAILED = "BU013"  # the certificate or the handshake
    BROKEN = "BU014"  # the connection ended in the middle of an answer
    NOT_ALLOWED = "BU015"  # 401 or 403
    UNAVAILABLE = "BU016"  # 5xx
    BAD_QUERY = "BU017"  # 400: the query is no PromQL
    NOT_EVALUATED = "BU018"  # 422: the query could not be evaluated
    NOT_THERE = "BU019"  # any other status
    BAD_ANSWER = "BU020"  # the answer cannot be read


UNSEEN = "How old the last backup is cannot be seen; that is not known to be fine."

CODES = (
    Described(
        Code.AGE,
        "how old the last good backup is",
        {"age": "s", "backups": ""},
        "What was written since then would be lost with the data.",
        "Look at the log of the backup's job, and start it by hand.",
    ),
    Described(Code.NO_TIME, "the query gives no time of a backup", {"backups": ""}, UNSEEN),
    Described(Code.REFUSED, "nothing listens at Prometheus' address", FIGURES, UNSEEN),
    Described(Code.TIMED_OUT, "Prometheus does not answer in time", FIGURES, UNSEEN),
    Described(Code.NO_ADDRESS, "Prometheus' host name is not known", FIGURES, UNSEEN),
    Described(Code.TLS_FAILED, "encryption with Prometheus fails", FIGURES, UNSEEN),
    Described(Code.BROKEN, "Prometheus ended the connection in mid-answer", FIGURES, UNSEEN),
    Described(Code.NOT_ALLOWED, "Prometheus refuses the login", FIGURES, UNSEEN),
    Described(Code.UNAVAILABLE, "Prometheus answers 5xx", FIGURES, UNSEEN),
    Described(Code.BAD_QUERY, "the configured query is no PromQL", FIGURES, UNSEEN),
    Described(Code.NOT_EVALUATED, "the query could not be evaluated", FIGURES, UNSEEN),
    Described(Code.NOT_THERE, "the address is no Prometheus", FIGURES, UNSEEN),
    Described(Code.BAD_ANSWER, "Prometheus' answer cannot be read", FIGURES, UNSEEN),
)
