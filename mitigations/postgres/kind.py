"""What can be done to a PostgreSQL."""

from mitigations.action import Action, Kind
from mitigations.postgres.cancel_ddl import CANCEL_DDL
from mitigations.postgres.cancel_query import CANCEL_QUERY
from mitigations.postgres.end_idle import END_IDLE
from mitigations.postgres.end_root import END_ROOT
from mitigations.postgres.reach import PostgresReach, reach
from mitigations.postgres.section import PostgresSection

ACTIONS: tuple[Action[PostgresReach], ...] = (END_IDLE, END_ROOT, CANCEL_QUERY, CANCEL_DDL)
PATIENCE = 45.0  # seconds; fifty sessions take about one

KIND = Kind("postgres", PostgresSection, reach, ACTIONS, lambda _section: PATIENCE)
