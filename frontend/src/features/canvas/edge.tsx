import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { Plus, X } from 'lucide-react'
import { createContext, memo, type ReactNode, useCallback, useContext, useState } from 'react'
import type { Route } from '@/entities/graph/layout'
import styles from './edge.module.css'
import { useFollowed } from './follow'
import { corners, draw, type Merge, middleOf, tip } from './route'
import { wireOf } from './state'

/** `fixed`: it is no `needs`, so it can neither be cut nor take a task. */
export type WireEdge = Edge<{ merge: Merge; route?: Route; fixed?: boolean }, 'wire'>

export type Ends = (from: string, to: string, at: { x: number; y: number }) => void

/** What can be done with an edge: a task put between its ends, the edge cut. Null where the flow is only looked at. */
export const EdgeContext = createContext<{ insert?: Ends | undefined; cut?: Ends | undefined } | null>(null)

export const Wire = memo(function Wire({
  source,
  target,
  sourceX,
  sourceY,
  targetX,
  targetY,
  selected,
  data,
}: EdgeProps<WireEdge>) {
  const wire = useFollowed(
    useCallback((run, chosen) => wireOf(run, source, target, chosen), [source, target]),
  )
  const { insert, cut } = useContext(EdgeContext) ?? {}
  const [near, setNear] = useState(false)
  const points = corners(
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
    data?.merge ?? 'out',
    data?.route,
  )
  const path = draw(points)
  const middle = middleOf(points)
  const shown = (near || selected) && !data?.fixed
  const round = (name: string, act: Ends, glyph: ReactNode) => (
    <button
      type="button"
      aria-label={name}
      title={name}
      onClick={(event) => act(source, target, { x: event.clientX, y: event.clientY })}
    >
      {glyph}
    </button>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only shows what the palette does as well
    <g
      className={styles.edge}
      data-wire={wire}
      data-near={near || selected || undefined}
      data-chosen={selected || undefined}
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
    >
      <BaseEdge path={path} interactionWidth={16} />
      <path className={styles.tip} d={tip({ x: targetX, y: targetY })} />
      {shown && (insert || cut) && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: it keeps the buttons while the pointer is on them */}
          <div
            className={styles.acts}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
            onMouseEnter={() => setNear(true)}
            onMouseLeave={() => setNear(false)}
          >
            {insert && round('Add a task here', insert, <Plus size={14} strokeWidth={2} />)}
            {cut && round('Cut this edge', cut, <X size={13} strokeWidth={2} />)}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  )
})
