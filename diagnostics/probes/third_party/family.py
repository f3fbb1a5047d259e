"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.third_party.codes import CODES
from diagnostics.probes.third_party.section import ThirdPartySection

FAMILY = Family(
    "third_party",
    ("third-party", "third_party", "partner", "vendor"),
    ThirdPartySection,
    OnDemand("diagnostics.probes.third_party.patient", "ThirdPartyPatient"),
    facts="third_party",
    codes=CODES,
    privileges="None: no login is sent.",
    cost="One GET of the health address (64 KB) and one of the status page (1 MB).",
)
