"""All that this release declares to be in a database."""

from __future__ import annotations

from sqlalchemy import MetaData

from agentry.store import tables, tables_around

DECLARED = (
    tables.FlowVersionRow,
    tables.RunTableRow,
    tables.EventTableRow,
    tables.ActivityRow,
    tables.WaitRow,
    tables.TimerRow,
    tables_around.WorkerRow,
    tables_around.BlobRow,
    tables_around.InboxRow,
    tables_around.ImportedRow,
    tables_around.SnapshotRow,
    tables_around.SingletonRow,
    tables_around.TriggerRow,
    tables_around.FiringRow,
)
METADATA: MetaData = DECLARED[0].metadata
