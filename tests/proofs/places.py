"""Where a case of the kill matrix gets its empty database from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

from agentry.store.database import Database
from tests.postgres import Cluster


class Places(Protocol):
    """Gives a database with the schema and nothing in it, and takes it back."""

    def take(self, home: Path) -> Path | str: ...
    def give_back(self, place: Path | str) -> None: ...


class Files:
    """SQLite files: copies of an empty one in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._empty = folder / "empty.db"
        database = Database(self._empty, full_sync=False)
        database.prepare()
        database.close()

    def take(self, home: Path) -> Path:
        return Path(shutil.copy(self._empty, home / "proof.db"))

    def give_back(self, place: Path | str) -> None:
        """Do nothing: the file goes with its folder."""


class Servers:
    """Databases of one Postgres."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def take(self, home: Path) -> str:
        return self._cluster.take_prepared()

    def give_back(self, place: Path | str) -> None:
        self._cluster.give_back(str(place))
