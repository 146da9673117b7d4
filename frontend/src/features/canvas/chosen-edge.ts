import { useCallback, useMemo, useState } from 'react'
import type { WireEdge } from './edge'

/** The edge that a person clicked on, for as long as it is there. */
export function useChosenEdge(drawn: readonly WireEdge[]) {
  const [id, setId] = useState<string | null>(null)
  const choose = useCallback((next: string | null) => setId(next), [])
  const chosen = useMemo(() => drawn.find((edge) => edge.id === id), [drawn, id])
  const edges = useMemo(
    () => (chosen ? drawn.map((edge) => (edge === chosen ? { ...edge, selected: true } : edge)) : [...drawn]),
    [drawn, chosen],
  )
  return { edges, chosen, choose }
}
