"""Standing checks: how each stands, and its turns with their messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "checks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("looks_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("check_id", sa.Text, sa.ForeignKey("checks.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("attempted", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("room", sa.Text),
        sa.Column("message", sa.Text),
    )
