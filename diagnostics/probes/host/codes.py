"""The stable codes of what can be seen on a machine.

HO00x its figures are there · HO01x they are not · HO1xx what they say
"""

from enum import StrEnum

from diagnostics.code import WORD, Described
from diagnostics.probes.http.unanswered import FIGURES


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "HO001"  # its figures are there, and for how long it has been up

    REFUSED = "HO010"  # nothing listens
    TIMED_OUT = "HO011"  # no answer in time
    NO_ADDRESS = "HO012"  # the host's name is not known
    TLS_FAILED = "HO013"  # the certificate or the handshake
    BROKEN = "HO014"  # the connection ended in the middle of an answer
    NOT_ALLOWED = "HO015"  # 401 or 403
    UNAVAILABLE = "HO016"  # 5xx
    NOT_THERE = "HO017"  # any other status
    BAD_ANSWER = "HO018"  # no page of a node_exporter, no answer of a Prometheus
    BAD_QUERY = "HO019"  # 400 from Prometheus
    NOT_EVALUATED = "HO020"  # 422 from Prometheus
    DOWN = "HO021"  # Prometheus could not scrape the machine
    UNSEEN = "HO022"  # Prometheus has no series of it

    DISK = "HO101"  # how full, and when it will be
    INODES = "HO102"
    MEMORY = "HO103"
    OOM_KILLS = "HO104"  # processes killed for want of memory
    LOAD = "HO105"
    CPU = "HO106"
    IOWAIT = "HO107"  # time that waits for disks
    STEAL = "HO108"  # time that the hypervisor gave to others
    FILES = "HO109"  # open file descriptors
    CLOCK = "HO110"
    UNITS = "HO111"  # systemd units


CODES = (
    Described(Code.ANSWERS, "the machine's figures are there", {"up for": "s"}),
    Described(Code.REFUSED, "nothing listens", FIGURES, "What the machine is like cannot be seen."),
    Described(Code.TIMED_OUT, "no answer in time", FIGURES, "The machine or its exporter may hang."),
    Described(Code.NO_ADDRESS, "the host name is not known", FIGURES),
    Described(Code.TLS_FAILED, "encryption fails", FIGURES),
    Described(Code.BROKEN, "the connection ended in mid-answer", FIGURES),
    Described(Code.NOT_ALLOWED, "the login is refused", FIGURES),
    Described(Code.UNAVAILABLE, "it answers 5xx", FIGURES),
    Described(Code.NOT_THERE, "the address is wrong", FIGURES),
    Described(Code.BAD_ANSWER, "the answer cannot be read", FIGURES),
    Described(Code.BAD_QUERY, "Prometheus does not understand the query", FIGURES),
    Described(Code.NOT_EVALUATED, "Prometheus could not evaluate the query", FIGURES),
    Described(Code.DOWN, "Prometheus could not scrape the machine", {}, "It or its exporter is down."),
    Described(Code.UNSEEN, "Prometheus has no series of the machine", {}, "This is not known to be fine."),
    Described(
        Code.DISK,
        "how full the disks are, and when they will be",
        {"disk used": "%", "left": "bytes", "size": "bytes", "time to full": "s", "mount": WORD},
        "A full disk stops databases and logs.",
        "Free space or enlarge it.",
    ),
    Described(
        Code.INODES,
        "how many more files the disks can hold",
        {"inodes used": "%", "mount": WORD},
        "No file can be made when none is left, whatever space there is.",
        "Find the folder with very many small files.",
    ),
    Described(
        Code.MEMORY,
        "how much memory is available",
        {"memory used": "%", "available": "bytes", "memory": "bytes"},
        "When none is left, the kernel kills processes.",
        "Find the process that grows, and restart it.",
    ),
    Described(
        Code.OOM_KILLS,
        "processes killed for want of memory",
        {"kills": "", "within": "s"},
        "What was killed lost what it was doing.",
        "Find who was killed: journalctl -k | grep -i 'out of memory'.",
    ),
    Described(
        Code.LOAD,
        "processes that run or wait, for each core",
        {"load 1 min": "", "load 5 min": "", "load 15 min": "", "cores": "", "load per core": ""},
        "Everything on the machine waits.",
        "See what runs, and what waits for disks.",
    ),
    Described(Code.CPU, "how busy the CPU is", {"cpu": "%", "within": "s"}),
    Described(Code.IOWAIT, "time that waits for disks", {"iowait": "%", "within": "s"}),
    Described(Code.STEAL, "time that the hypervisor gave to others", {"steal": "%", "within": "s"}),
    Described(Code.FILES, "open files against the machine's limit", {"files used": "%", "open files": ""}),
    Described(
        Code.CLOCK,
        "how wrong the clock is",
        {"offset": "ms", "synchronised": ""},
        "Certificates, tokens and databases trust the clock.",
        "See whether chronyd or ntpd runs.",
    ),
    Described(
        Code.UNITS,
        "systemd units that have failed or do not run",
        {"failed": "", "not running": "", "unit": WORD},
        "What the unit does is not done.",
        "Read the unit's log: journalctl -u UNIT -n 50.",
    ),
)
