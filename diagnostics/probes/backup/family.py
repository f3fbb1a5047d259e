"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.backup.codes import CODES
from diagnostics.probes.backup.section import BackupSection

FAMILY = Family(
    "backup",
    ("backup", "backups"),
    BackupSection,
    OnDemand("diagnostics.probes.backup.patient", "BackupPatient"),
    codes=CODES,
    privileges="Reading the HTTP API of Prometheus; a login if it asks for one.",
    cost="One small query, given up after 2.5 s.",
)
