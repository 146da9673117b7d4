"""Triggers and their firings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, text

from agentry.base.json import JsonObject, decode, encode
from agentry.triggers.port import Firing, Kind, Trigger

_COLUMNS = "trigger_id, flow_id, name, kind, spec_json, enabled, next_at, last_at"
_PUT = text(
    "INSERT INTO trigger (trigger_id, flow_id, name, kind, spec_json, enabled, next_at, last_at,"
    " created_at, updated_at) VALUES (:trigger_id, :flow, :name, :kind, :spec, :enabled, :next_at,"
    " NULL, :now, :now) ON CONFLICT (flow_id, name) DO UPDATE SET kind = excluded.kind,"
    " spec_json = excluded.spec_json, enabled = excluded.enabled, next_at = excluded.next_at,"
    " updated_at = excluded.updated_at"
)
_DROP_FIRINGS = text("DELETE FROM firing WHERE trigger_id = :trigger_id")
_DROP = text("DELETE FROM trigger WHERE trigger_id = :trigger_id")
_GET = text(f"SELECT {_COLUMNS} FROM trigger WHERE trigger_id = :trigger_id")  # noqa: S608
_ALL = text(f"SELECT {_COLUMNS} FROM trigger ORDER BY flow_id, name")  # noqa: S608
_OF_FLOW = text(f"SELECT {_COLUMNS} FROM trigger WHERE flow_id = :flow ORDER BY name")  # noqa: S608
_DUE = text(
    f"SELECT {_COLUMNS} FROM trigger WHERE next_at IS NOT NULL AND next_at <= :now"  # noqa: S608
    " AND enabled = 1 ORDER BY next_at LIMIT :most"
)
_SOONEST = text("SELECT min(next_at) FROM trigger WHERE next_at IS NOT NULL AND enabled = 1")
_FIRED = text(
    "INSERT INTO firing (trigger_id, fire_key, run_id, outcome, fired_at)"
    " VALUES (:trigger_id, :fire_key, :run_id, :outcome, :fired_at) ON CONFLICT DO NOTHING"
)
_MOVE = text(
    "UPDATE trigger SET last_at = :fired_at, next_at = CASE WHEN enabled = 0 THEN NULL"
    " ELSE coalesce(:next_at, next_at) END WHERE trigger_id = :trigger_id"
)
_FIRINGS = "SELECT trigger_id, fire_key, run_id, outcome, fired_at FROM firing"
_FIRING = text(f"{_FIRINGS} WHERE trigger_id = :trigger_id AND fire_key = :fire_key")
_LATEST = text(
    f"{_FIRINGS} WHERE trigger_id = :trigger_id AND run_id IS NOT NULL"
    " ORDER BY fired_at DESC, fire_key DESC LIMIT 1"
)


class SqlTriggerRows:
    """`TriggerRows` of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, trigger: Trigger, now: int) -> None:
        values = {
            "trigger_id": trigger.trigger_id,
            "flow": trigger.flow,
            "name": trigger.name,
            "kind": trigger.kind,
            "spec": encode(trigger.spec),
            "enabled": int(trigger.enabled),
            "next_at": trigger.next_at,
            "now": now,
        }
        self._connection.execute(_PUT, values)

    def drop(self, trigger_id: str) -> None:
        self._connection.execute(_DROP_FIRINGS, {"trigger_id": trigger_id})
        self._connection.execute(_DROP, {"trigger_id": trigger_id})

    def get(self, trigger_id: str) -> Trigger | None:
        row = self._connection.execute(_GET, {"trigger_id": trigger_id}).first()
        return None if row is None else _trigger(row)

    def of_flow(self, flow: str | None) -> Sequence[Trigger]:
        query = _ALL if flow is None else _OF_FLOW
        values = {} if flow is None else {"flow": flow}
        return [_trigger(row) for row in self._connection.execute(query, values)]

    def due(self, now: int, limit: int) -> Sequence[Trigger]:
        rows = self._connection.execute(_DUE, {"now": now, "most": limit})
        return [_trigger(row) for row in rows]

    def soonest(self) -> int | None:
        return self._connection.execute(_SOONEST).scalar()

    def fired(self, firing: Firing, next_at: int | None) -> bool:
        values = {
            "trigger_id": firing.trigger_id,
            "fire_key": firing.fire_key,
            "run_id": firing.run_id,
            "outcome": firing.outcome,
            "fired_at": firing.fired_at,
        }
        fresh = self._connection.execute(_FIRED, values).rowcount > 0
        moved = {
            "trigger_id": firing.trigger_id,
            "fired_at": firing.fired_at,
            "next_at": next_at,
        }
        self._connection.execute(_MOVE, moved)
        return fresh

    def firing(self, trigger_id: str, fire_key: str) -> Firing | None:
        values = {"trigger_id": trigger_id, "fire_key": fire_key}
        return _firing(self._connection.execute(_FIRING, values).first())

    def latest(self, trigger_id: str) -> Firing | None:
        return _firing(self._connection.execute(_LATEST, {"trigger_id": trigger_id}).first())


def _trigger(row: Sequence[Any]) -> Trigger:
    return Trigger(
        trigger_id=row[0],
        flow=row[1],
        name=row[2],
        kind=cast(Kind, row[3]),
        spec=cast(JsonObject, decode(row[4])),
        enabled=bool(row[5]),
        next_at=row[6],
        last_at=row[7],
    )


def _firing(row: Sequence[Any] | None) -> Firing | None:
    return None if row is None else Firing(*row)
