import { useMemo, useRef } from 'react'
import type { Layout } from '@/entities/graph/layout'
import type { Graph, Position } from '@/shared/api/types'
import { type Face, type FaceFacts, facesOf } from './face'
import type { AnyNode } from './nodes'
import { nodesOf } from './shapes'

/** The nodes that React Flow draws; one that says what it said is the same object. */
export function useNodes(
  graph: Graph,
  layout: Layout | null,
  faces: ReadonlyMap<string, Face>,
  selected: readonly string[],
  dragged: ReadonlyMap<string, Position>,
): AnyNode[] {
  const before = useRef<ReadonlyMap<string, AnyNode>>(new Map())
  return useMemo(() => {
    if (!layout) return []
    const nodes = nodesOf(graph, layout, faces, new Set(selected), dragged, before.current)
    before.current = new Map(nodes.map((node) => [node.id, node]))
    return nodes
  }, [graph, layout, faces, selected, dragged])
}

/** The faces of all cards; one that says the same is kept, so that its card is not drawn again. */
export function useFaces(facts: FaceFacts): ReadonlyMap<string, Face> {
  const { graph, reading, findings, privileged, breakpoints, pinned } = facts
  const before = useRef<ReadonlyMap<string, Face>>(new Map())
  return useMemo(() => {
    before.current = facesOf({ graph, reading, findings, privileged, breakpoints, pinned }, before.current)
    return before.current
  }, [graph, reading, findings, privileged, breakpoints, pinned])
}
