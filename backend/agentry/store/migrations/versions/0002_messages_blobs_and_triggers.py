"""Child runs and forks, messages, blobs, snapshots, triggers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _grow_run()
    op.add_column("event", sa.Column("refs_json", sa.Text(), nullable=True))
    _partial("event_refs", "event", "run_id", "refs_json IS NOT NULL")
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("codec", sa.String(), nullable=False),
        sa.Column("raw_len", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("msg_id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("payload_json", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("inbox_new", "inbox", ["created_at"])
    op.create_table(
        "snapshot",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("path", sa.String(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("schema_v", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "singleton",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
    )
    _make_triggers()


def _grow_run() -> None:
    for column in (
        sa.Column("root_run_id", sa.String(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("forked_from", sa.String(), nullable=True),
        sa.Column("forked_at_seq", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("run", column)
    _partial("run_parent", "run", "parent_run_id", "parent_run_id IS NOT NULL")
    _partial("run_fork", "run", "forked_from", "forked_from IS NOT NULL")
    # Most runs have no key, and an entry each was room for nothing.
    op.drop_index("run_idem", "run")
    with_key = sa.text("idem_key IS NOT NULL")
    op.create_index(
        "run_idem", "run", ["org_id", "idem_key"], unique=True,
        sqlite_where=with_key, postgresql_where=with_key,
    )  # fmt: skip


def _make_triggers() -> None:
    op.create_table(
        "trigger",
        sa.Column("trigger_id", sa.String(), primary_key=True),
        sa.Column("flow_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("spec_json", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("flow_id", "name", name="trigger_name"),
    )
    _partial("trigger_due", "trigger", "next_at", "next_at IS NOT NULL")
    op.create_table(
        "firing",
        sa.Column("trigger_id", sa.String(), primary_key=True),
        sa.Column("fire_key", sa.String(), primary_key=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def _partial(name: str, table: str, column: str, where: str) -> None:
    op.create_index(
        name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
