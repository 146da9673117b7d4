"""A Postgres of the tests' own: a throw-away cluster on a unix socket, a database for each test.

Tests take the fixture `postgres` (the address of an empty database), `prepared_postgres` (one with
the schema of this release, which is quicker), or `cluster` (to stop it and start it again).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from agentry.store.database import Database
from agentry.store.schema import METADATA

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "shared_buffers": "24MB",
    "log_min_messages": "fatal",
}
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Cluster:
    """One server; `stop` and `start` may be called at will."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # A socket's path must be short, so this is not below pytest's own folder.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._user = _someone_but_root()
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._prepared: list[str] = []
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync",
                  "--locale=C.UTF-8")  # fmt: skip
        self.start()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def address(self, name: str) -> str:
        """Return the address of a database as AGENTRY_DB takes it."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def create(self) -> str:
        """Make an empty database and return its address."""
        self._made += 1
        name = f"t{self._made}"
        self.ask(f"CREATE DATABASE {name}")
        return self.address(name)

    def take_prepared(self) -> str:
        """Return a database with the schema of this release and no rows."""
        if self._prepared:
            return self._prepared.pop()
        address = self.create()
        database = Database(address)
        database.prepare()
        database.close()
        return address

    def give_back(self, address: str) -> None:
        """Wipe what `take_prepared` gave, for the next test: much quicker than a new database."""
        name = _name_of(address)
        self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        wipe = ";".join(f'DELETE FROM "{table}"' for table in METADATA.tables)
        self.ask(wipe, name)
        self._prepared.append(address)

    def drop(self, address: str) -> None:
        self.ask(f"DROP DATABASE IF EXISTS {_name_of(address)} WITH (FORCE)")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = [item for pair in _SETTINGS.items() for item in ("-c", "=".join(pair))]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self.folder, *settings],
                user=self._user,
                group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
                extra_groups=None if self._user is None else [],
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
                preexec_fn=_die_with_parent,
            )
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.address("postgres")).close()
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT in order, SIGQUIT as a crash would."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(30)
            self._server = None

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, query: str, name: str = "postgres") -> None:
        """Run a statement as the server's owner, in the database `name`."""
        with psycopg.connect(self.address(name), autocommit=True) as connection:
            connection.execute(query.encode())

    def _run(self, program: str, *args: str) -> None:
        subprocess.run(
            [self._programs / program, *args],
            user=self._user,
            group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
            extra_groups=None if self._user is None else [],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )


def _name_of(address: str) -> str:
    return address.partition("@/")[2].partition("?")[0]


def _die_with_parent() -> None:
    # Called between fork and exec: a server must not outlive the tests that were killed.
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGQUIT)


def _someone_but_root() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, the newest where there are several."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = [Path(hit) for place in _PLACES for hit in Path("/").glob(place[1:])]
    there = [folder for folder in found if (folder / "initdb").exists()]
    return max(there, key=lambda folder: _numbers(str(folder)), default=None)


def _numbers(name: str) -> list[int]:
    return [int(part) for part in "".join(c if c.isdigit() else " " for c in name).split()]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running server of this test process alone."""
    folder = programs()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("Postgres is not installed, and CI must have it.")
        pytest.skip("Postgres is not installed (Debian: apt install postgresql).")
    made = Cluster(folder)
    yield made
    made.remove()


@pytest.fixture
def postgres(cluster: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    address = cluster.create()
    yield address
    cluster.drop(address)


@pytest.fixture
def prepared_postgres(cluster: Cluster) -> Iterator[str]:
    """The address of a database with the schema of this release and nothing in it."""
    address = cluster.take_prepared()
    yield address
    cluster.give_back(address)
