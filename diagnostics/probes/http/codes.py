"""The stable codes of what can be seen on an HTTP service.

HT00x answered · HT01x did not answer as it should · HT02x did not answer
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "HT001"  # 2xx, in time
    SAYS_ILL = "HT002"  # 2xx, but its own words say that a part has failed
    NOTHING_TO_ASK = "HT003"  # no health address was found
    WORDS_MISSING = "HT004"  # 2xx, but the page lacks the words that it must have
    EMPTY_PAGE = "HT005"  # 2xx, and a page of HTML with nothing on it
    OTHER_PAGE = "HT006"  # 2xx at a health address, but a page for people: of a login, or of maintenance

    ALIVE_NOT_READY = "HT010"  # the process lives, something that it needs does not
    SERVER_ERROR = "HT011"  # 5xx
    REFUSES = "HT012"  # 4xx at an address that was configured
    LEADS_AWAY = "HT013"  # a redirect to another origin, not followed
    FRONT_CUT_OFF = "HT014"  # 502, 503 or 504 at the front while the back end is well

    CIRCLE = "HT015"  # redirects without end
    UNSTEADY = "HT016"  # an error, and no error when asked again at once

    REFUSED = "HT020"  # nothing listens
    TIMED_OUT = "HT021"  # no answer in time
    NO_ADDRESS = "HT022"  # the host's name is not known
    TLS_FAILED = "HT023"  # the certificate or the handshake
    BROKEN = "HT024"  # the connection ended in the middle of an answer
    OTHER_SCHEME = "HT025"  # https where http was asked, or http where https was


ANSWER = {
    "address": WORD,
    "status": "",
    "answer": "ms",
    "connect": "ms",
    "tls": "ms",
    "first byte": "ms",
    "error": WORD,
}
PARTS = {**ANSWER, "failing": WORD}
UNSERVED = "Nobody who calls this address is served."

CODES = (
    Described(
        Code.ANSWERS,
        "an answer of success",
        ANSWER,
        "It answers 2xx. It is a warning if that took longer than expected of it.",
        "If it is slow: look at what it waits for, its database first.",
    ),
    Described(
        Code.SAYS_ILL,
        "an answer of success that says that a part has failed",
        PARTS,
        "A load balancer that looks at the status alone keeps sending requests there.",
        "Look at the part that it names.",
    ),
    Described(
        Code.NOTHING_TO_ASK,
        "no health address",
        {},
        "Whether the service is well cannot be told from the front page alone.",
        "Name its health address in services.toml: health = and ready =.",
    ),
    Described(
        Code.WORDS_MISSING,
        "a page of success without the words that it must have",
        {**ANSWER, "missing": WORD},
        "What customers see is another page: an error that is answered with 200, or half of the page.",
        "Look at the page in a browser, and at the service's log for the same minute.",
    ),
    Described(
        Code.EMPTY_PAGE,
        "an empty page of success",
        ANSWER,
        "Customers see a white page: the program has most likely ended in the middle.",
        "Read its log for the same minute, then look at the last deploy.",
    ),
    Described(
        Code.OTHER_PAGE,
        "a page for people at a health address",
        {**ANSWER, "page": WORD},
        "Something else answers in place of the service: a login before it, or a page of maintenance. What "
        "looks at the status alone takes it for well.",
        "See what stands before the service, and whether it was switched over; let the health address pass.",
    ),
    Described(
        Code.OTHER_SCHEME,
        "a port that speaks https where http is asked, or http where https is",
        {**ANSWER, "speaks": WORD},
        UNSERVED,
        "Correct the address, or what was changed at the port: its certificate, or the proxy before it.",
    ),
    Described(
        Code.ALIVE_NOT_READY,
        "alive but not ready",
        PARTS,
        "The process runs; something that it needs does not. Restarting it alone will not help.",
        "Look at the part that it names, else at what it depends on: its database first.",
    ),
    Described(
        Code.SERVER_ERROR,
        "an error of the service itself (5xx)",
        PARTS,
        "The service itself says that it has failed.",
        "Look at the part that it names, else read its log for the same minute.",
    ),
    Described(
        Code.REFUSES,
        "a refused request (4xx) at a configured address",
        PARTS,
        "The address is wrong, it wants a login, it does not know its host name, or it limits its callers.",
        "404: correct the path in services.toml. 401: let the address be asked without a login. "
        "400: see which host names it allows. 429: see who calls so often.",
    ),
    Described(
        Code.CIRCLE,
        "redirects without end",
        ANSWER,
        "Browsers give up with “too many redirects”; nobody is served there.",
        "Look at what redirects: a login that asks for itself, or HTTP and HTTPS that send to each other.",
    ),
    Described(
        Code.UNSTEADY,
        "an error, and none when asked again at once",
        ANSWER,
        "Part of the requests fails: as if one of several instances were ill and still got its share.",
        "Ask each instance by itself; take the one that fails out of the load balancer.",
    ),
    Described(
        Code.LEADS_AWAY,
        "a redirect to another origin",
        ANSWER,
        "It was not followed, so this says nothing about the service itself.",
        "Name the address of the service itself in services.toml.",
    ),
    Described(
        Code.FRONT_CUT_OFF,
        "a front that does not reach its back end",
        ANSWER,
        "The proxy or load balancer between them does not reach the back end, gives up too early, or leads "
        "elsewhere.",
        "Look at the proxy: its route to the back end, its health checks, its time-outs.",
    ),
    Described(
        Code.REFUSED,
        "nothing listens at the service's address",
        ANSWER,
        UNSERVED,
        "See whether the process runs, and read the end of its log.",
    ),
    Described(
        Code.TIMED_OUT,
        "no answer of the service in time",
        ANSWER,
        UNSERVED,
        "See whether its workers are all busy; what they wait for is often the database.",
    ),
    Described(
        Code.NO_ADDRESS,
        "an unknown host name of the service",
        ANSWER,
        UNSERVED,
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Described(
        Code.TLS_FAILED,
        "encryption with the service fails",
        ANSWER,
        UNSERVED,
        "Check the certificate: its end, its names and its chain.",
    ),
    Described(
        Code.BROKEN,
        "a connection that ended in the middle of an answer",
        ANSWER,
        "The process may die in the middle of its work.",
        "Read the end of its log; a process that dies in mid-answer leaves a trace there.",
    ),
)


def described(code: Code) -> Described:
    """What a code stands for."""
    return next(entry for entry in CODES if entry.code is code)
