"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.sentry.codes import CODES
from diagnostics.probes.sentry.section import SentrySection

FAMILY = Family(
    "sentry",
    ("errors", "sentry"),
    SentrySection,
    OnDemand("diagnostics.probes.sentry.patient", "SentryPatient"),
    codes=CODES,
    privileges="A token with event:read and project:read.",
    cost="Up to seven requests.",
)
