"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.code import told_by
from diagnostics.logs import codes as log_codes
from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.kubernetes import ids
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.described import CODES
from diagnostics.probes.kubernetes.section import KubernetesSection

FOUND = {log_codes.Code.LOG_FOUND, log_codes.Code.LOG_NOT_FOUND}  # by a search, not by a look
SAYS = {
    ids.PODS: (
        Code.REFUSED,
        Code.NO_ANSWER,
        Code.NO_ADDRESS,
        Code.TLS_FAILED,
        Code.UNAUTHORISED,
        Code.NO_CREDENTIALS,
        Code.PODS,
        Code.CRASH_LOOP,
        Code.IMAGE_PULL,
        Code.CONFIG_ERROR,
        Code.UNSCHEDULABLE,
        Code.EVICTED,
        Code.OOM_KILLED,
        Code.RESTARTS,
        Code.NOT_READY,
        Code.NO_PODS,
        Code.EXITED,
    ),
    ids.ROLLOUT: (Code.ROLLOUT, Code.ROLLOUT_STUCK, Code.ROLLING),
    ids.EVENTS: (Code.EVENTS,),
    ids.USE: (Code.MEMORY, Code.CPU, Code.NO_METRICS),
    ids.READ: [code for code in log_codes.Code if code not in FOUND],
}
FAMILY = Family(
    "kubernetes",
    ("pods", "kubernetes", "k8s", "kube"),
    KubernetesSection,
    OnDemand("diagnostics.probes.kubernetes.patient", "KubernetesPatient"),
    facts="k8s",
    codes=told_by((*CODES, *log_codes.CODES), SAYS),
    parts=(ids.LOGS,),
    privileges=(
        "get and list of pods, events, deployments, replica sets and pod metrics, get of pods/log, in "
        "one namespace, and list of events in the namespace default, where those about nodes are kept; no "
        "secrets, no config maps, no exec."
    ),
    cost=(
        "Six or seven requests for lists of at most 200 pods and 500 warnings; logs of at most eight "
        "containers, 1,000 lines or 512 KB of each."
    ),
    instead={"proxy": ids.LOGS},
)
