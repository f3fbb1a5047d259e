"""What everybody may know of this kind without looking: its words, settings, codes, privileges and cost."""

from diagnostics.ondemand import OnDemand
from diagnostics.probe import Family
from diagnostics.probes.postgres.described import CODES
from diagnostics.probes.postgres.section import PostgresSection

FAMILY = Family(
    "postgres",
    ("db", "database", "postgres", "postgresql", "pg"),
    PostgresSection,
    OnDemand("diagnostics.probes.postgres.patient", "PostgresPatient"),
    facts="pg",
    codes=CODES,
    privileges=("A role of its own with pg_monitor; never a superuser, never the application's role."),
    cost=(
        "One warm connection; some 70 short read-only statements one after another, 75 at most, each "
        "ended by the server after 2.5 s and never waiting more than 200 ms for a lock."
    ),
)
