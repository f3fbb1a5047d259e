"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.proxy.codes import CODES
from diagnostics.probes.proxy.section import ProxySection

FAMILY = Family(
    "proxy",
    ("proxy", "balancer", "ingress"),
    ProxySection,
    OnDemand("diagnostics.probes.proxy.patient", "ProxyPatient"),
    facts="proxy",
    codes=CODES,
    privileges=(
        "Of containers: GET of their list, inspections and logs. Of pods: list of pods and get of pods/log, "
        "in one namespace. Nothing of the proxy itself."
    ),
    cost=(
        "The list and one inspection of each container, or the list of pods; one reading of each log, of "
        "10,000 lines and 8 MB at most. The proxy is not asked."
    ),
)
