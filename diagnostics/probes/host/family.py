"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.host.described import CODES
from diagnostics.probes.host.section import HostSection

FAMILY = Family(
    "host",
    ("host", "node", "machine", "server"),
    HostSection,
    OnDemand("diagnostics.probes.host.patient", "HostPatient"),
    facts="host",
    codes=CODES,
    privileges=(
        "Reading node_exporter's page, or Prometheus' HTTP API; a login if it asks for one. Nothing "
        "runs on the machine but your own script where directories are to be measured."
    ),
    cost="Two readings of the exporter, or small queries of Prometheus one after another.",
)
