"""The stable codes of what can be seen on a machine.

HO00x its figures are there · HO01x they are not · HO1xx what they say
"""

from enum import StrEnum


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
    DIRECTORIES = "HO112"  # what takes the most space
    SWAP = "HO113"
    MAJOR_FAULTS = "HO114"  # pages that are read back from disk
    CONNECTIONS = "HO115"  # the kernel's table of connections
    RAID = "HO116"
    READ_ONLY = "HO117"  # disks that turned read-only
