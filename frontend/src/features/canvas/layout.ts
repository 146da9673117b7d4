import { useEffect, useMemo, useState } from 'react'
import type { Branches } from '@/entities/graph/branches'
import { arrange, type Layout } from '@/entities/graph/layout'
import { solve } from '@/entities/graph/solve'
import type { Graph, Position } from '@/shared/api/types'

/** The layout of a graph; a change that moves nothing (a name, a note) lays nothing out. */
export function useLayout(
  graph: Graph,
  moved: { readonly [path: string]: Position },
  branches: Branches,
): Layout | null {
  const [layout, setLayout] = useState<Layout | null>(null)
  const shape = useMemo(
    () =>
      JSON.stringify([
        graph.inputs.length > 0,
        graph.vertices.map(({ path, kind, needs }) => [path, kind, needs]),
        moved,
        [...branches],
      ]),
    [graph, moved, branches],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what of graph and moved matters
  useEffect(() => {
    let current = true
    void arrange(graph, moved, solve, branches).then((next) => {
      if (current) setLayout(next)
    })
    return () => {
      current = false
    }
  }, [shape])
  return layout
}
