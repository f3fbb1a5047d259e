"""The stable codes of what can be seen on containers and their engine.

DK00x the engine answers · DK01x it does not · DK1xx containers · DK2xx what they use · DK3xx the machine
"""

from enum import StrEnum

from diagnostics.code import WORD, Described


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    RUNNING = "DK001"  # containers that run

    NO_SOCKET = "DK010"
    NO_RIGHT = "DK011"
    REFUSED = "DK012"
    NO_ANSWER = "DK013"
    TLS_FAILED = "DK014"
    NO_ADDRESS = "DK015"
    SSH_FAILED = "DK016"
    FORBIDDEN = "DK017"
    BROKEN = "DK018"

    MISSING = "DK101"
    EXITED = "DK102"
    KILLED = "DK103"
    OOM_KILLED = "DK104"
    CRASH_LOOP = "DK105"
    UNHEALTHY = "DK106"
    NOT_STARTED = "DK107"
    PAUSED = "DK108"
    STARTING = "DK109"
    RESTARTED = "DK110"
    FINISHED = "DK111"
    CHECK_BROKEN = "DK112"
    CHILD_KILLED = "DK113"
    SETTINGS_MISSING = "DK114"

    MEMORY = "DK201"
    CPU = "DK202"
    THROTTLED = "DK203"
    MEMORY_TREND = "DK204"

    DISK = "DK301"
    IMAGES = "DK302"


STATE = {
    "container": WORD,
    "state": WORD,
    "exit code": "",
    "restarts": "",
    "uptime": "s",
    "since": "s",
    "health check": WORD,
    "failing checks": "",
    "image": WORD,
}
UNREACHED = {"error": WORD, "address": WORD}


def _unreached(code: Code, title: str, meaning: str, next_step: str) -> Described:
    return Described(code, title, UNREACHED, meaning, next_step)


def _state(code: Code, title: str, meaning: str = "", next_step: str = "") -> Described:
    return Described(code, title, STATE, meaning, next_step, lasting="since")


def _loop(code: Code, title: str) -> Described:
    return Described(code, title, {**STATE, "ran before": "s"}, lasting="since")


CODES = (
    Described(Code.RUNNING, "containers run", {"containers": "", "running": "", "youngest": "s"}),
    _unreached(
        Code.NO_SOCKET,
        "the engine's socket is not there",
        "The engine does not run, or its socket is elsewhere or not mounted into Tocsin's container.",
        "Look whether Docker runs there, and at url in services.toml.",
    ),
    _unreached(
        Code.NO_RIGHT,
        "the engine's socket may not be used",
        "The containers may be well; they cannot be seen.",
        "Point url at a socket proxy that allows GET only, or let Tocsin's user use the socket.",
    ),
    _unreached(
        Code.REFUSED,
        "nothing listens at the engine's address",
        "The engine is stopped or has crashed. Containers may still run, but nothing restarts them.",
        "Look whether Docker runs on that machine, and at its own log.",
    ),
    _unreached(
        Code.NO_ANSWER,
        "the engine does not answer",
        "It is frozen or overloaded: containers may still run, but are not checked, started or restarted.",
        "Look at that machine: disk, memory, load. Then at the engine's own log.",
    ),
    _unreached(
        Code.TLS_FAILED,
        "the engine cannot be spoken to: encryption fails",
        "A certificate has expired, or ca, cert and key do not fit.",
        "Check the files named in services.toml and the engine's certificate.",
    ),
    _unreached(
        Code.NO_ADDRESS,
        "the engine's host name is not known",
        "DNS does not answer, or the name is wrong.",
        "Check url in services.toml and the resolver of this machine.",
    ),
    _unreached(
        Code.SSH_FAILED,
        "the engine's machine does not let us in by ssh",
        "Its host key is not known here, or our key is not accepted.",
        "Log in once by hand as Tocsin's user: ssh, then docker version.",
    ),
    _unreached(
        Code.FORBIDDEN,
        "the socket proxy forbids to list containers",
        "The containers may be well; they cannot be seen.",
        "Allow it on the proxy: CONTAINERS=1.",
    ),
    _unreached(
        Code.BROKEN,
        "the engine gave an answer that makes no sense",
        "This is not known to be fine.",
        "Ask again. If it fails again, try docker version on that machine.",
    ),
    Described(Code.MISSING, "a container that should be there is not", {"container": WORD}),
    _state(Code.EXITED, "a container has ended with an error"),
    _state(Code.KILLED, "a container was killed from outside (137), not for its memory limit"),
    _loop(Code.OOM_KILLED, "a container was killed because it ran out of memory"),
    _loop(Code.CRASH_LOOP, "a container that ends and is restarted again and again"),
    _state(Code.UNHEALTHY, "a container's own health check fails"),
    _state(Code.CHECK_BROKEN, "a health check that cannot run"),
    _state(Code.NOT_STARTED, "a container that was made but could not start"),
    _state(Code.PAUSED, "a container that is frozen or half removed"),
    _state(Code.STARTING, "a container whose health check has not passed yet"),
    _state(Code.RESTARTED, "a container that was started again since the last look"),
    _state(Code.FINISHED, "a container that has done its work"),
    Described(
        Code.CHILD_KILLED,
        "a process in a container was killed because memory ran out",
        {"container": WORD, "kills": "", "since": "s", "limit": "bytes"},
        "The container may go on without a part of it.",
        "Restart it for now; raise its limit, or find what grows.",
    ),
    Described(
        Code.SETTINGS_MISSING,
        "a container lacks settings that it must have",
        {"container": WORD, "setting": WORD, "missing": "", "empty": ""},
        "What needs the setting fails or is left out.",
        "Compare the deploy's environment with that of the last good one.",
    ),
    Described(
        Code.MEMORY,
        "memory beside its limit",
        {"container": WORD, "used memory": "bytes", "limit": "bytes", "share": "%"},
    ),
    Described(
        Code.CPU, "processor time", {"container": WORD, "cores used": "", "cores allowed": "", "share": "%"}
    ),
    Described(
        Code.THROTTLED,
        "held back by its processor limit",
        {"container": WORD, "throttled": "%", "periods": ""},
    ),
    Described(
        Code.MEMORY_TREND,
        "memory that grows towards its limit",
        {"container": WORD, "growth": "bytes per h", "until limit": "s", "samples": "", "observed": "s"},
    ),
    Described(
        Code.DISK,
        "disk space that the engine holds",
        dict.fromkeys(("images", "containers", "volumes", "build cache", "reclaimable"), "bytes"),
    ),
    Described(Code.IMAGES, "images that containers run", {"images": "", "newest built": "s", "outdated": ""}),
)  # fmt: skip


def described(code: Code) -> Described:
    """What a code stands for."""
    return next(entry for entry in CODES if entry.code is code)
