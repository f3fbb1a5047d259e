"""The stable codes of what can be seen of changes.

DP01x asking GitHub · DP02x asking git · DP1xx commits · DP2xx deploys · DP3xx builds
"""

from enum import StrEnum


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    REFUSED = "DP010"
    NO_ANSWER = "DP011"
    NO_ADDRESS = "DP012"
    TLS_FAILED = "DP013"
    BROKEN = "DP014"
    UNAUTHORISED = "DP015"
    FORBIDDEN = "DP016"
    NOT_THERE = "DP017"
    LIMITED = "DP018"

    NO_REPOSITORY = "DP020"  # there is no clone at the path
    FOREIGN = "DP021"  # the clone belongs to another user, so git refuses to read it
    NO_BRANCH = "DP022"
    NO_GIT = "DP023"  # git is not installed
    GIT_FAILED = "DP024"

    COMMITS = "DP100"
    STALE_CLONE = "DP101"

    LAST_DEPLOY = "DP200"
    DEPLOY_FAILED = "DP201"
    DEPLOYING = "DP202"
    NO_DEPLOYS = "DP203"

    BUILDS = "DP300"
    BUILD_FAILED = "DP301"
    NO_BUILDS = "DP302"
