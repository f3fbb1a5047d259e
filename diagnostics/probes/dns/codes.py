"""The stable codes of what can be seen of names.

DN00x answered · DN01x and on not answered as it should
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    RESOLVES = "DN001"
    SLOW = "DN002"
    DISAGREE = "DN003"  # two resolvers have no address in common
    UNEXPECTED = "DN004"  # an address that is not among the expected

    NO_SUCH_NAME = "DN010"  # NXDOMAIN
    SERVER_FAILED = "DN011"  # SERVFAIL
    TIMED_OUT = "DN012"
    NO_ADDRESS = "DN013"  # NOERROR without an address
    TURNED_AWAY = "DN014"  # REFUSED: the resolver does not serve us
    NOTHING_LISTENS = "DN015"
    NONSENSE = "DN016"  # any other answer
    NO_RESOLVER = "DN017"  # none is configured on this machine
    BLOCKED = "DN018"  # 0.0.0.0 or ::, as filters answer
    CUT_SHORT = "DN019"  # the answer does not fit into a datagram, and TCP brings none
    UNANSWERED = "DN020"  # the resolver answers, but not for this name


NAME = {"name": WORD, "resolver": WORD}
FAILED = NAME | {"failing": "", "resolvers": "", "answer": WORD}

CODES = (
    Described(Code.RESOLVES, "the name resolves", NAME | {"addresses": WORD, "slowest": "ms"}),
    Described(
        Code.SLOW, "a late answer", NAME | {"addresses": WORD, "slowest": "ms"}, "Each new connection waits."
    ),
    Described(Code.DISAGREE, "resolvers disagree", NAME | {"addresses": WORD, "other": WORD}),
    Described(Code.UNEXPECTED, "an unexpected address", NAME | {"addresses": WORD}),
    Described(Code.NO_SUCH_NAME, "no such name", FAILED, "Nobody finds what it stands for."),
    Described(Code.SERVER_FAILED, "the resolver fails", FAILED),
    Described(Code.TIMED_OUT, "no answer in time", FAILED),
    Described(
        Code.UNANSWERED,
        "the resolver lives, but has no answer for the name in time",
        FAILED,
        "Other names may resolve there.",
    ),
    Described(Code.NO_ADDRESS, "the name has no address", FAILED),
    Described(Code.TURNED_AWAY, "the resolver refuses to answer", FAILED),
    Described(Code.NOTHING_LISTENS, "no resolver at that address", FAILED),
    Described(Code.NONSENSE, "an answer that is none", FAILED),
    Described(Code.NO_RESOLVER, "no resolver is configured"),
    Described(Code.BLOCKED, "the resolver blocks the name", FAILED, "Nobody who asks there reaches it."),
    Described(
        Code.CUT_SHORT, "long answers do not arrive", FAILED, "Names with few addresses still resolve there."
    ),
)
