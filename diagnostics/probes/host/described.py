"""Every code that a look at a machine can say, for people, rules and tests."""

from diagnostics.code import WORD, Described
from diagnostics.probes.host import (
    ids,
)
from diagnostics.probes.host.codes import Code
from diagnostics.probes.http.unanswered import FIGURES as UNANSWERED

FIGURES = UNANSWERED | {"asked": WORD}

CODES = (
    Described(Code.ANSWERS, "the machine's figures are there", {"up for": "s"}, probe=ids.REACH),
    Described(
        Code.REFUSED, "nothing listens", FIGURES, "What the machine is like cannot be seen.", probe=ids.REACH
    ),
    Described(
        Code.TIMED_OUT, "no answer in time", FIGURES, "The machine or its exporter may hang.", probe=ids.REACH
    ),
    Described(Code.NO_ADDRESS, "the host name is not known", FIGURES, probe=ids.REACH),
    Described(Code.TLS_FAILED, "encryption fails", FIGURES, probe=ids.REACH),
    Described(Code.BROKEN, "the connection ended in mid-answer", FIGURES, probe=ids.REACH),
    Described(Code.NOT_ALLOWED, "the login is refused", FIGURES, probe=ids.REACH),
    Described(Code.UNAVAILABLE, "it answers 5xx", FIGURES, probe=ids.REACH),
    Described(Code.NOT_THERE, "the address is wrong", FIGURES, probe=ids.REACH),
    Described(Code.BAD_ANSWER, "the answer cannot be read", FIGURES),
    Described(Code.BAD_QUERY, "Prometheus does not understand the query", FIGURES),
    Described(Code.NOT_EVALUATED, "Prometheus could not evaluate the query", FIGURES),
    Described(
        Code.DOWN,
        "Prometheus could not scrape the machine",
        {},
        "It or its exporter is down.",
        probe=ids.REACH,
    ),
    Described(
        Code.UNSEEN,
        "Prometheus has no series of the machine",
        {},
        "This is not known to be fine.",
        probe=ids.REACH,
    ),
    Described(
        Code.DISK,
        "how full the disks are, and when they will be",
        {"disk used": "%", "left": "bytes", "size": "bytes", "time to full": "s", "mount": WORD},
        "A full disk stops databases and logs.",
        "Free space or enlarge it.",
        probe=ids.DISK,
    ),
    Described(
        Code.INODES,
        "how many more files the disks can hold",
        {"inodes used": "%", "mount": WORD},
        "No file can be made when none is left, whatever space there is.",
        "Find the folder with very many small files.",
        probe=ids.INODES,
    ),
    Described(
        Code.MEMORY,
        "how much memory is available",
        {"memory used": "%", "available": "bytes", "memory": "bytes"},
        "When none is left, the kernel kills processes.",
        "Find the process that grows, and restart it.",
        probe=ids.MEMORY,
    ),
    Described(
        Code.OOM_KILLS,
        "processes killed for want of memory",
        {"kills": "", "within": "s"},
        "What was killed lost what it was doing.",
        "Find who was killed: journalctl -k | grep -i 'out of memory'.",
        probe=ids.OOM,
    ),
    Described(
        Code.LOAD,
        "processes that run or wait, for each core",
        {"load 1 min": "", "load 5 min": "", "load 15 min": "", "cores": "", "load per core": ""},
        "Everything on the machine waits.",
        "See what runs, and what waits for disks.",
        probe=ids.LOAD,
    ),
    Described(Code.CPU, "how busy the CPU is", {"cpu": "%", "within": "s"}, probe=ids.CPU),
    Described(Code.IOWAIT, "time that waits for disks", {"iowait": "%", "within": "s"}, probe=ids.CPU),
    Described(
        Code.STEAL, "time that the hypervisor gave to others", {"steal": "%", "within": "s"}, probe=ids.CPU
    ),
    Described(
        Code.FILES,
        "open files against the machine's limit",
        {"files used": "%", "open files": ""},
        probe=ids.FILES,
    ),
    Described(
        Code.CLOCK,
        "how wrong the clock is",
        {"offset": "ms", "synchronised": ""},
        "Certificates, tokens and databases trust the clock.",
        "See whether chronyd or ntpd runs.",
        probe=ids.CLOCK,
    ),
    Described(
        Code.UNITS,
        "systemd units that have failed or do not run",
        {"failed": "", "not running": "", "unit": WORD},
        "What the unit does is not done.",
        "Read the unit's log: journalctl -u UNIT -n 50.",
        probe=ids.UNITS,
    ),
    Described(
        Code.DIRECTORIES,
        "the directories that take the most, where a script measures them",
        {"directory": WORD, "directory size": "bytes", "grown in the hour": "bytes"},
        probe=ids.DIRECTORIES,
    ),
    Described(
        Code.SWAP,
        "how full the swap is, while memory is short",
        {"swap used": "%", "swap": "bytes"},
        "When it is full as well, the kernel kills processes.",
        "Find the process that grows, and restart it.",
        probe=ids.SWAP,
    ),
    Described(
        Code.MAJOR_FAULTS,
        "pages that have to be read back from disk",
        {"faults a second": "", "within": "s"},
        "Memory is short, and everything waits for the disk.",
        "Find the process that grows, and restart it.",
        probe=ids.CPU,
    ),
    Described(
        Code.CONNECTIONS,
        "connections that the kernel follows, against what its table holds",
        {"table used": "%", "connections": ""},
        "When it is full, new connections are dropped without a word.",
        "Raise net.netfilter.nf_conntrack_max, then see who opens so many.",
        probe=ids.CONNECTIONS,
    ),
    Described(
        Code.RAID,
        "arrays of disks that lack one",
        {"lacking": "", "array": WORD},
        "They are slower, and with the next disk their data may be lost.",
        "See which disk failed, and have it replaced.",
        probe=ids.RAID,
    ),
    Described(
        Code.READ_ONLY,
        "disks that took writes an hour ago and take none now",
        {"turned": "", "mount": WORD},
        "The kernel does that when it cannot trust a disk any more.",
        "Read the kernel's log, and check the disk before you write.",
        probe=ids.READ_ONLY,
    ),
)
