"""The stable codes of what can be seen on a Redis; documentation, rules and tests refer to them.

RD0xx reaching it · RD09x a look that failed · RD1xx memory · RD2xx clients · RD3xx slowness
RD4xx persistence · RD5xx replication · RD6xx counters
"""

from enum import StrEnum


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    ANSWERS = "RD001"  # a new connection was made and PING answered
    CLIENTS_FULL = "RD010"  # maxclients is reached
    REFUSED = "RD011"  # nothing listens at the address
    NO_ANSWER = "RD012"  # the address takes the connection and says nothing
    WRONG_PASSWORD = "RD013"  # noqa: S105 -- a code: WRONGPASS
    NO_PASSWORD = "RD014"  # noqa: S105 -- a code: NOAUTH
    LOADING = "RD015"  # it reads its data from the disk
    BUSY = "RD016"  # a script runs and blocks everything else
    NO_ADDRESS = "RD017"  # the host's name is not known
    TLS_FAILED = "RD018"  # no agreement about encryption, or a certificate that does not fit
    NOT_CONNECTED = "RD019"  # any other reason
    MASTER_GONE = "RD020"  # MASTERDOWN: a replica that serves nothing without its master
    WRITES_STOPPED = "RD021"  # MISCONF: it could not save, and takes no writes
    NO_TLS = "RD022"  # the address says TLS, and the port speaks plainly
    TLS_WANTED = "RD023"  # the address says no TLS, and the port speaks TLS

    NO_PRIVILEGE = "RD090"  # NOPERM
    LOOK_FAILED = "RD091"  # any other error of the server's

    MEMORY = "RD101"  # used memory against its limit
    WRITES_REFUSED = "RD102"  # OOM: the limit is reached and nothing may be evicted
    FRAGMENTED = "RD103"  # much more memory taken than its data need
    CLIENT_BUFFERS = "RD104"  # memory that waits for clients which do not read it

    CLIENTS = "RD201"  # connections against maxclients
    REJECTED = "RD202"  # connections that were refused a moment ago

    SLOW = "RD301"  # commands that took long
    LATENCY = "RD302"  # latency events

    PERSISTENCE = "RD401"  # saving goes well
    SAVE_FAILED = "RD402"  # the last save or write to the log failed
    SAVE_LONG = "RD403"  # a save takes long

    REPLICATION = "RD501"  # the role and its links
    LINK_DOWN = "RD502"  # a replica without its master
    REPLICA_LAGS = "RD503"  # replicas behind or not in line

    COUNTERS = "RD601"  # commands, evictions and errors just now
    EMPTIED = "RD603"  # most of the keys that it held at the look before are gone
    COPIED_AGAIN = "RD604"  # replicas take over all data again and again
    COMMANDS_REFUSED = "RD602"  # answers of one kind of error, again and again
