"""The rows around runs: what they keep, what they are told, what starts them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from agentry.store.indexes import partial


class BlobRow(SQLModel, table=True):
    """Bytes by the SHA-256 (hex) of what they unpack to. `codec`: zlib, raw."""

    __tablename__ = "blob"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker

    sha256: str = Field(primary_key=True)
    codec: str
    raw_len: int = Field(sa_type=BigInteger)
    packed: bytes = Field(sa_column=Column("bytes", LargeBinary, nullable=False))
    created_at: int = Field(sa_type=BigInteger)


class InboxRow(SQLModel, table=True):
    """A message that its run has not taken in yet; taking it in deletes the row."""

    __tablename__ = "inbox"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (Index("inbox_new", "created_at"), {"sqlite_with_rowid": False})

    run_id: str = Field(primary_key=True)
    msg_id: str = Field(primary_key=True)
    kind: str
    sender: str
    payload_json: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)


class ImportedRow(SQLModel, table=True):
    """A run that came in as a trace: to look at, never to go on. `header`: the trace's first line.

    Exported again, the trace is the same to the byte.
    """

    __tablename__ = "imported"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker

    run_id: str = Field(primary_key=True)
    header: str = Field(sa_type=Text)
    imported_at: int = Field(sa_type=BigInteger)


class SnapshotRow(SQLModel, table=True):
    """What an agent knew at an event; the state itself is the blob `sha256`."""

    __tablename__ = "snapshot"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    label: str | None = None
    schema_v: int = 1
    sha256: str
    bytes: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class SingletonRow(SQLModel, table=True):
    """Something that only one process does at a time, under a lease with a fence."""

    __tablename__ = "singleton"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker

    name: str = Field(primary_key=True)
    owner: str
    fence: int = Field(default=0, sa_type=BigInteger)
    lease_until: int = Field(sa_type=BigInteger)


class TriggerRow(SQLModel, table=True):
    """What starts runs of a flow. `kind`: schedule, webhook."""

    __tablename__ = "trigger"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (
        UniqueConstraint("flow_id", "name", name="trigger_name"),
        partial("trigger_due", "next_at IS NOT NULL", "next_at"),
    )

    trigger_id: str = Field(primary_key=True)
    flow_id: str
    name: str
    kind: str
    spec_json: str = Field(sa_type=Text)
    enabled: int = 1
    next_at: int | None = Field(default=None, sa_type=BigInteger)
    last_at: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class FiringRow(SQLModel, table=True):
    """One time that a trigger fired; `fire_key` makes it once."""

    __tablename__ = "firing"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = ({"sqlite_with_rowid": False},)

    trigger_id: str = Field(primary_key=True)
    fire_key: str = Field(primary_key=True)
    run_id: str | None = None
    outcome: str
    fired_at: int = Field(sa_type=BigInteger)


class WorkerRow(SQLModel, table=True):
    """A process that advances runs."""

    __tablename__ = "worker"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker

    worker_id: str = Field(primary_key=True)
    name: str
    host: str
    pid: int
    version: str
    joined_at: int = Field(sa_type=BigInteger)
    lease_until: int = Field(sa_type=BigInteger)
