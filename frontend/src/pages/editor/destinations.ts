import { CONTAINERS, type Reading, walk } from '@/entities/document/read'
import type { Seat } from '@/entities/document/structure'
import { branchesOf } from '@/entities/graph/branches'
import type { Graph } from '@/shared/api/types'

/** One list of the flow, as a place for a task. */
export interface Destination {
  readonly name: string
  readonly seat: Seat
}

/** Every list of the flow that tasks can go into, but for those that stand in one of `paths`. */
export function destinationsOf(graph: Graph, reading: Reading, paths: readonly string[]): Destination[] {
  const branches = branchesOf(graph, reading)
  const found: Destination[] = [{ name: 'The flow', seat: {} }]
  for (const task of walk(reading.tasks)) {
    const within = paths.some((path) => task.path === path || task.path.startsWith(`${path}/`))
    if (within || task.shared || !CONTAINERS.has(task.kind)) continue
    if (task.kind !== 'condition') {
      found.push({ name: task.name, seat: { into: task.path } })
      continue
    }
    for (const branch of branches.get(task.path) ?? []) {
      found.push({ name: `${task.name}, ${branch}`, seat: { into: task.path, branch } })
    }
  }
  return found
}
