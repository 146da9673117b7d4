/** Which outputs of earlier runs stand in for the tasks that one task builds upon. Pure. */

import type { RunState } from '@/entities/run'
import { timesOf } from '@/entities/run'
import type { Graph, Json, JsonObject } from '@/shared/api/types'

/** An output that is used in place of a run. */
export interface Taken {
  readonly path: string
  readonly name: string
  /** The run that gave it; null where the flow pins it. */
  readonly runId: string | null
}

export interface Stock {
  readonly pins: JsonObject
  readonly taken: readonly Taken[]
  /** Tasks before it of which no output is known. */
  readonly missing: readonly { readonly path: string; readonly name: string }[]
}

/** The tasks that come before one: those it needs, those they need, and those before what it stands in. */
export function before(graph: Graph, path: string): readonly { path: string; name: string }[] {
  const byPath = new Map(graph.vertices.map((vertex) => [vertex.path, vertex]))
  const chain = new Set<string>()
  for (let at = byPath.get(path); at; at = byPath.get(at.parent)) chain.add(at.path)
  const found = new Set<string>()
  const open = [...chain]
  for (let to = open.pop(); to !== undefined; to = open.pop()) {
    for (const { from } of graph.edges.filter((edge) => edge.to === to)) {
      if (found.has(from)) continue
      found.add(from)
      open.push(from)
    }
  }
  return graph.vertices.filter((vertex) => found.has(vertex.path) && !chain.has(vertex.path))
}

/** Take what the flow pins first, then the newest output among `runs` (newest first). */
export function stockOf(
  graph: Graph,
  path: string,
  runs: readonly RunState[],
  pinned: ReadonlyMap<string, Json>,
): Stock {
  const pins: JsonObject = {}
  const taken: Taken[] = []
  const missing: { path: string; name: string }[] = []
  for (const { path: needed, name } of before(graph, path)) {
    const pin = pinned.get(needed)
    if (pin !== undefined) {
      pins[needed] = pin
      taken.push({ path: needed, name, runId: null })
      continue
    }
    const run = runs.find((one) => outputsOf(one, needed).length > 0)
    if (!run) {
      missing.push({ path: needed, name })
      continue
    }
    // Each iteration has its own; one that the run did not come to gets the last.
    for (const task of outputsOf(run, needed)) {
      pins[task.path] = task.output
      pins[needed] = task.output
    }
    taken.push({ path: needed, name, runId: run.runId })
  }
  for (const [inside, value] of pinned) if (inside.startsWith(`${path}/`)) pins[inside] = value
  return { pins, taken, missing }
}

const outputsOf = (run: RunState, path: string) =>
  timesOf(run, path).filter((task) => task.status === 'completed')
