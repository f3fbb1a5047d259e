"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.code import told_by
from diagnostics.logs import codes as log_codes
from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import CODES, Code
from diagnostics.probes.docker.section import DockerSection

FOUND = {log_codes.Code.LOG_FOUND, log_codes.Code.LOG_NOT_FOUND}  # by a search, not by a look
SAYS = {
    ids.STATE: [code for code in Code if code < Code.MEMORY and code is not Code.CHILD_KILLED],
    ids.EVENTS: (Code.CHILD_KILLED,),
    ids.USAGE: (Code.MEMORY, Code.CPU, Code.THROTTLED, Code.MEMORY_TREND),
    ids.DISK: (Code.DISK,),
    ids.IMAGES: (Code.IMAGES,),
    ids.READ: [code for code in log_codes.Code if code not in FOUND],
}
FAMILY = Family(
    "docker",
    ("docker", "container", "containers"),
    DockerSection,
    OnDemand("diagnostics.probes.docker.patient", "DockerPatient"),
    facts="docker",
    codes=told_by((*CODES, *log_codes.CODES), SAYS),
    parts=(ids.LOGS,),
    privileges=(
        "GET of containers, images, system, events and version: a socket proxy that allows nothing else, TLS "
        "with a client certificate, or ssh."
    ),
    cost=(
        "The list, one inspection, three samples of usage and one reading of the log for each of at "
        "most 20 containers, four requests at once; 3 MB of each log; the engine's kills for memory, "
        "within a second; of a container in a crash loop the events of its last hour; disk use every five "
        "minutes at most."
    ),
    instead={"proxy": ids.LOGS},
)
