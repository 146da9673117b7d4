"""What must be true between a run and the runs that it started."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection

from agentry.base.json import JsonObject, decode
from agentry.store.streaming import each


def one_tree(connection: Connection) -> Iterator[str]:
    """I22: what a child's end or a parent's end brings has happened, or is on its way."""
    query = """SELECT c.run_id, c.depth, p.depth FROM run c JOIN run p
      ON p.run_id = c.parent_run_id WHERE c.depth <> p.depth + 1
        OR coalesce(c.root_run_id, '') <> coalesce(p.root_run_id, p.run_id)"""
    for run_id, depth, above in each(connection, query):
        yield f"run {run_id} says it is {depth} deep, its parent {above}, or names another root."
    query = """SELECT c.run_id, p.run_id FROM run c JOIN run p ON p.run_id = c.parent_run_id
      WHERE p.terminal_at IS NOT NULL AND c.terminal_at IS NULL AND c.status <> 'cancelling'
      AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.run_id = c.run_id AND i.kind = 'cancel')"""
    for run_id, parent in each(connection, query):
        yield f"run {run_id} goes on, though its parent {parent} has ended, and nobody stops it."
    query = """SELECT c.run_id, p.run_id, w.asked_json FROM run c
      JOIN run p ON p.run_id = c.parent_run_id JOIN wait w ON w.run_id = p.run_id
        AND w.path = c.parent_path AND w.kind = 'child' AND w.status = 'open'
      WHERE c.terminal_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.run_id = p.run_id AND i.sender = c.run_id)"""
    for run_id, parent, asked in each(connection, query):
        if cast(JsonObject, decode(asked)).get("child_run_id") == run_id:
            yield f"run {parent} waits for {run_id}, which has ended, and nobody tells it."
