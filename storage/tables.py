"""The tables. Imported by nobody outside this room; `migrations` makes them as they stand here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

incident_ids = Sequence("incident_ids", metadata=metadata, data_type=BigInteger)

# `details` is the whole incident; the other columns are what it is looked for by.
incidents = Table(
    "incidents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("declared_at", DateTime(timezone=True), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("room_id", Text),
    Column("rings_at", DateTime(timezone=True)),
    Column("details", JSONB, nullable=False),
)
OWN_ROOM = "incidents_room_id"
Index(OWN_ROOM, incidents.c.room_id, unique=True, postgresql_where=incidents.c.room_id.is_not(None))
Index("incidents_rings_at", incidents.c.rings_at, postgresql_where=incidents.c.rings_at.is_not(None))
Index("incidents_declared_at", incidents.c.declared_at)

# How many incidents a year has had; its row lock makes the references follow one another without a gap.
counters = Table(
    "counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("key", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("incident_id", BigInteger, ForeignKey("incidents.id", deferrable=True, initially="DEFERRED")),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text),
    Column("via", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("answer_to", Text, nullable=False, server_default=text("''")),
)
Index("requests_incident_id", requests.c.incident_id, requests.c.number)
Index("requests_answer_to", requests.c.at, postgresql_where=requests.c.answer_to != text("''"))

entries = Table(
    "entries",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), nullable=False),
    Column("request_key", Text, ForeignKey("requests.key"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text),
    Column("via", Text, nullable=False),
    Column("fact", JSONB, nullable=False),
)
Index("entries_incident_id", entries.c.incident_id, entries.c.number)
Index("entries_request_key", entries.c.request_key)

# The steps of the set-up: begun before the call, done after it. A step begun and not done is looked for.
steps = Table(
    "steps",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("done", Boolean, nullable=False, server_default=text("false")),
    Column("result", Text, nullable=False, server_default=text("''")),
)
Index("steps_open", steps.c.incident_id, postgresql_where=~steps.c.done)

boards = Table(
    "boards",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), primary_key=True),
    Column("board", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("message", Text, nullable=False),
)

# What is still to be said. A row goes when it was said; one that was given up stays, with the reason.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("incident_id", BigInteger, ForeignKey("incidents.id"), nullable=False),
    Column("work", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("attempted", Boolean, nullable=False, server_default=text("false")),
    Column("given_up", Boolean, nullable=False, server_default=text("false")),
    Column("reason", Text, nullable=False, server_default=text("''")),
)
Index(
    "deliveries_lane",
    deliveries.c.incident_id,
    deliveries.c.number,
    postgresql_where=~deliveries.c.given_up,
)

# `details` is the whole standing; few rows, so the next look is found without an index.
checks = Table(
    "checks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("looks_at", DateTime(timezone=True), nullable=False),
    Column("details", JSONB, nullable=False),
)

# The turns of checks as they ended, and where the message of each stands.
turns = Table(
    "turns",
    metadata,
    Column("check_id", Text, ForeignKey("checks.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("details", JSONB, nullable=False),
    Column("attempted", Boolean, nullable=False, server_default=text("false")),
    Column("room", Text),
    Column("message", Text),
)

# What looks at targets found, for a day.
looks = Table(
    "looks",
    metadata,
    Column("target", Text, primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("findings", JSONB, nullable=False),
)
