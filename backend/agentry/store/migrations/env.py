"""Alembic's entry: one connection, given by `agentry.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from agentry.store.schema import METADATA

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
