/** The branches of every condition, empty ones as well, and the lists for what goes wrong. */

import type { Graph, Vertex } from '@/shared/api/types'
import { branchOf, LIST_NAMES } from '../document/lists'
import type { Reading } from '../document/read'

const YES_NO: readonly string[] = ['then', 'else']

export type Branches = ReadonlyMap<string, readonly string[]>

/** Names in source order by the path of the condition. Only the text knows of a case without tasks. */
export function branchesOf(graph: Graph, reading: Reading | null): Branches {
  const found = new Map<string, string[]>()
  for (const vertex of graph.vertices) {
    if (vertex.kind === 'condition') found.set(vertex.path, told(reading, vertex.path))
    const branch = ownBranch(vertex)
    const names = branch === null ? undefined : found.get(vertex.parent)
    if (names && branch !== null && !names.includes(branch)) names.push(branch)
  }
  for (const names of found.values()) {
    if (names.every((name) => YES_NO.includes(name)))
      names.push(...YES_NO.filter((name) => !names.includes(name)))
  }
  return found
}

function told(reading: Reading | null, path: string): string[] {
  const lists = reading?.byPath.get(path)?.lists ?? []
  return lists.flatMap(({ branch }) => (branch === null || LIST_NAMES.has(branch) ? [] : [branch]))
}

/** The branch of a condition that a task stands in. */
export function ownBranch(vertex: Vertex): string | null {
  const branch = branchOf(vertex)
  return branch === null || LIST_NAMES.has(branch) ? null : branch
}

/** The path of the list for what goes wrong that a task stands in, such as `build/on_error`; or null. */
export function rescueOf(vertex: Vertex): string | null {
  const branch = branchOf(vertex)
  return branch !== null && LIST_NAMES.has(branch) ? `${vertex.parent}/${branch}` : null
}

/** What a task stands in on the canvas: its frame, or the list for what goes wrong; '' is the flow. */
export const standsIn = (vertex: Vertex): string => rescueOf(vertex) ?? vertex.parent
