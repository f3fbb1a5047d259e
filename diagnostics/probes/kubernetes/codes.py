"""The stable codes of what can be seen on Kubernetes.

K80xx reaching the API, and what it lets us read · K81xx pods · K82xx warnings · K83xx use · K84xx rollouts
"""

from enum import StrEnum


class Code(StrEnum):
    """One condition each; the health of a finding tells how bad it is."""

    REFUSED = "K8010"  # nothing listens at the API's address
    NO_ANSWER = "K8011"
    NO_ADDRESS = "K8012"  # the host's name is not known
    TLS_FAILED = "K8013"  # the certificate or the handshake
    UNAUTHORISED = "K8014"  # 401
    BROKEN = "K8015"  # 5xx, or an answer that cannot be read
    NO_CREDENTIALS = "K8016"  # no account, or a kubeconfig that cannot be used
    LIMITED = "K8017"  # 429
    NO_PRIVILEGE = "K8090"  # 403: the role lacks a verb on a resource
    NOT_THERE = "K8091"  # 404

    PODS = "K8100"  # how many there are and how many are ready
    CRASH_LOOP = "K8101"  # CrashLoopBackOff
    IMAGE_PULL = "K8102"  # ImagePullBackOff, ErrImagePull, InvalidImageName
    CONFIG_ERROR = "K8103"  # CreateContainerConfigError, CreateContainerError, RunContainerError
    UNSCHEDULABLE = "K8104"
    EVICTED = "K8105"
    OOM_KILLED = "K8106"
    RESTARTS = "K8107"
    NOT_READY = "K8108"
    NO_PODS = "K8109"  # the selector matches none
    EXITED = "K8110"  # ended with an exit code that is not 0, and not started again yet

    EVENTS = "K8200"  # Warning events by reason

    MEMORY = "K8301"  # use against its limit
    CPU = "K8302"
    NO_METRICS = "K8303"  # the metrics API is absent, silent or stale

    ROLLOUT = "K8400"  # the newest revision, its age and its images
    ROLLOUT_STUCK = "K8401"
    ROLLING = "K8402"  # on its way
