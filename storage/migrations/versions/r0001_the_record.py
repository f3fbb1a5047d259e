"""The record: incidents, requests, the timeline, set-up steps, boards and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_INCIDENT = "incidents.id"


def _time(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _of_incident(*, primary: bool = False) -> sa.Column[int]:
    return sa.Column(
        "incident_id", sa.BigInteger, sa.ForeignKey(_INCIDENT), primary_key=primary, nullable=False
    )


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))


def upgrade() -> None:
    """Make the tables."""
    op.execute("CREATE SEQUENCE incident_ids AS bigint")
    _incidents()
    _requests()
    _entries()
    _set_up()
    _deliveries()


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        _time("declared_at"),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("room_id", sa.Text),
        _time("rings_at", null=True),
        sa.Column("details", JSONB, nullable=False),
    )
    for column, unique in (("room_id", True), ("rings_at", False)):
        op.create_index(
            f"incidents_{column}",
            "incidents",
            [column],
            unique=unique,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index("incidents_declared_at", "incidents", ["declared_at"])
    op.create_table(
        "counters",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _requests() -> None:
    incident = sa.ForeignKey(_INCIDENT, deferrable=True, initially="DEFERRED")
    op.create_table(
        "requests",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("incident_id", sa.BigInteger, incident),
        _time("at"),
        sa.Column("by", sa.Text),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        _text("answer_to"),
    )
    op.create_index("requests_incident_id", "requests", ["incident_id", "number"])
    op.create_index("requests_answer_to", "requests", ["at"], postgresql_where=sa.text("answer_to <> ''"))


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _of_incident(),
        sa.Column("request_key", sa.Text, sa.ForeignKey("requests.key"), nullable=False),
        _time("at"),
        sa.Column("by", sa.Text),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("fact", JSONB, nullable=False),
    )
    op.create_index("entries_incident_id", "entries", ["incident_id", "number"])
    op.create_index("entries_request_key", "entries", ["request_key"])


def _set_up() -> None:
    op.create_table(
        "steps",
        _of_incident(primary=True),
        sa.Column("name", sa.Text, primary_key=True),
        _time("begun_at"),
        _flag("done"),
        _text("result"),
    )
    op.create_index("steps_open", "steps", ["incident_id"], postgresql_where=sa.text("NOT done"))
    op.create_table(
        "boards",
        _of_incident(primary=True),
        sa.Column("board", sa.Text, primary_key=True),
        sa.Column("room", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        _of_incident(),
        sa.Column("work", JSONB, nullable=False),
        _time("created_at"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        _flag("attempted"),
        _flag("given_up"),
        _text("reason"),
    )
    op.create_index(
        "deliveries_lane",
        "deliveries",
        ["incident_id", "number"],
        postgresql_where=sa.text("NOT given_up"),
    )
