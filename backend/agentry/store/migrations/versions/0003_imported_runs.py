"""Runs that came in as traces"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
    )
