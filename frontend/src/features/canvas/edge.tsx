import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { createContext, memo, useCallback, useContext, useState } from 'react'
import type { Route } from '@/entities/graph/layout'
import styles from './edge.module.css'
import { useFollowed } from './follow'
import { corners, draw, type Merge, middleOf, tip } from './route'
import { wireOf } from './state'

export type WireEdge = Edge<{ merge: Merge; route?: Route }, 'wire'>

/** Opens the palette for a task between two others. */
export const InsertContext = createContext<
  ((from: string, to: string, at: { x: number; y: number }) => void) | null
>(null)

export const Wire = memo(function Wire({
  source,
  target,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
}: EdgeProps<WireEdge>) {
  const wire = useFollowed(
    useCallback((run, chosen) => wireOf(run, source, target, chosen), [source, target]),
  )
  const insert = useContext(InsertContext)
  const [near, setNear] = useState(false)
  const points = corners(
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
    data?.merge ?? 'out',
    data?.route,
  )
  const path = draw(points)
  const middle = middleOf(points)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only shows what the palette does as well
    <g
      className={styles.edge}
      data-wire={wire}
      data-near={near || undefined}
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
    >
      <BaseEdge path={path} interactionWidth={16} />
      <path className={styles.tip} d={tip({ x: targetX, y: targetY })} />
      {near && insert && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className={styles.plus}
            aria-label="Add a task here"
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
            onMouseEnter={() => setNear(true)}
            onMouseLeave={() => setNear(false)}
            onClick={(event) => insert(source, target, { x: event.clientX, y: event.clientY })}
          >
            <Plus size={14} strokeWidth={2} />
          </button>
        </EdgeLabelRenderer>
      )}
    </g>
  )
})
