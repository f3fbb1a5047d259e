"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.breaker.codes import CODES
from diagnostics.probes.breaker.section import BreakerSection

FAMILY = Family(
    "breaker",
    ("breaker", "breakers", "circuit"),
    BreakerSection,
    OnDemand("diagnostics.probes.breaker.patient", "BreakerPatient"),
    facts="breaker",
    codes=CODES,
    privileges=("Reading the admin address; a login if it asks for one, which is sent nowhere else."),
    cost="One GET of the state and one of the service behind it, of 64 KB at most.",
)
