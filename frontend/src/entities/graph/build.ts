/** Reading -> Graph JSON, the same as the server's `flow/graph.py` (one corpus proves it). */

import type { YAMLMap } from 'yaml'
import type { Edge, Graph, Vertex } from '@/shared/api/types'
import { jsonOf, mapIn, namesIn, type Reading, type TaskReading, walk } from '../document/read'
import { noteOf } from './note'

export type { Edge as GraphEdge, Graph, Vertex } from '@/shared/api/types'

/** Draw the graph of a reading; `fallbackName` names a flow that does not name itself. */
export function build(reading: Reading, fallbackName: string): Graph {
  const named = jsonOf(reading.yaml, reading.root, 'name')
  const vertices: Vertex[] = []
  const edges: Edge[] = []
  const needs = new Map<TaskReading, readonly string[]>()
  settleNeeds(reading.tasks, needs)
  for (const task of walk(reading.tasks)) {
    const vertex = vertexOf(reading, task, needs.get(task) ?? [])
    vertices.push(vertex)
    for (const from of vertex.needs) edges.push({ from, to: vertex.path })
  }
  return {
    name: typeof named === 'string' && named !== '' ? named : fallbackName,
    inputs: namesIn(reading, 'inputs'),
    vertices,
    edges,
  }
}

/** The ids a task waits for: as written, or the one above it where its list runs in order. */
export function effectiveNeeds(siblings: readonly TaskReading[], at: number): readonly string[] {
  const task = siblings[at]
  if (!task) return []
  if (task.needs === null) {
    const above = siblings[at - 1]
    return task.inOrder && above ? [above.id] : []
  }
  const known = new Set(siblings.map((sibling) => sibling.id))
  return [...new Set(task.needs)].filter((need) => known.has(need))
}

function settleNeeds(siblings: readonly TaskReading[], into: Map<TaskReading, readonly string[]>): void {
  siblings.forEach((task, at) => {
    into.set(
      task,
      effectiveNeeds(siblings, at).map((id) => task.prefix + id),
    )
    for (const list of task.lists) settleNeeds(list.tasks, into)
  })
}

function vertexOf(reading: Reading, task: TaskReading, needs: readonly string[]): Vertex {
  const agent = task.kind === 'agent' ? textAt(reading, task.map, 'agent') : null
  const role = agent === null ? null : mapIn(reading, 'agents', agent)
  return {
    path: task.path,
    id: task.id,
    name: task.name,
    kind: task.kind,
    parent: task.parent,
    needs: [...needs],
    agent,
    tool: task.kind === 'tool' ? textAt(reading, task.map, 'tool') : null,
    model: role ? textAt(reading, role, 'model') : null,
    note: noteOf(reading, task),
    span: reading.lines.span(task.place),
    ...(task.branch === null ? {} : { branch: task.branch }),
  }
}

function textAt(reading: Reading, map: YAMLMap, key: string): string {
  const value = jsonOf(reading.yaml, map, key)
  return typeof value === 'string' ? value : ''
}
