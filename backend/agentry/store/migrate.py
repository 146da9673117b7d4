"""Run the migrations. Imported only when the schema is behind: Alembic takes a while to load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from agentry.store.database import Database


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the database to the schema `to`, by default the newest; all of it or nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    product = database.product
    with database.writer.connect() as connection:
        connection.exec_driver_sql(product.begin)
        try:
            if product.lock_schema is not None:
                connection.exec_driver_sql(product.lock_schema)
            config.attributes["connection"] = connection
            command.upgrade(config, to)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
