import { useStore, useStoreApi } from '@xyflow/react'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { LIST_NAMES } from '@/entities/document/lists'
import { staticPath } from '@/entities/run/paths'
import type { Graph } from '@/shared/api/types'
import styles from './floats.module.css'

/** Something that floats beside a card on a tether: streaming words, an approval. */
export interface Float {
  readonly id: string
  readonly path: string
  readonly width: number
  readonly tone: 'running' | 'waiting' | 'plain'
  readonly content: ReactNode
  /** It goes with the pointer: what lies under it can still be reached. */
  readonly passing?: boolean
}

const GAP = 34
const RIM = 16
/** The zoom dock stands at the bottom right. */
const DOCK = 56

export function Floats({ floats, graph }: { floats: readonly Float[]; graph: Graph }) {
  if (floats.length === 0) return null
  return <Placed floats={floats} graph={graph} />
}

function Placed({ floats, graph }: { floats: readonly Float[]; graph: Graph }) {
  const transform = useStore((state) => state.transform)
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  // Layout and dragging move cards under the floats.
  useStore((state) => state.nodes)
  const store = useStoreApi()
  const [x, y, zoom] = transform
  const rectOf = (path: string) => {
    const node = store.getState().nodeLookup.get(path)
    if (!node) return null
    const at = node.internals.positionAbsolute
    const size = node.measured
    return {
      left: at.x * zoom + x,
      right: (at.x + (size.width ?? 0)) * zoom + x,
      middle: (at.y + (size.height ?? 0) / 2) * zoom + y,
    }
  }
  const taken = new Set<'left' | 'right'>()
  return floats.map((float) => {
    const path = staticPath(float.path)
    const card = rectOf(path)
    const top = outermost(graph, path)
    const frame = rectOf(top) ?? card
    if (!card || !frame) return null
    // A float does not cover what is done when the task fails or nobody answers.
    const asides = [...LIST_NAMES].flatMap((list) => rectOf(`${top}/${list}`)?.right ?? [])
    const outer = { ...frame, right: Math.max(frame.right, ...asides) }
    const fits = {
      right: width - outer.right >= float.width + GAP + RIM,
      left: outer.left >= float.width + GAP + RIM,
    }
    const wish: ('left' | 'right')[] = taken.has('right') ? ['left', 'right'] : ['right', 'left']
    const side =
      wish.find((one) => fits[one] && !taken.has(one)) ?? wish.find((one) => !taken.has(one)) ?? 'right'
    taken.add(side)
    return (
      <Tethered
        key={float.id}
        float={float}
        side={side}
        edge={side === 'right' ? outer.right : outer.left}
        middle={card.middle}
        pane={{ width, height }}
      />
    )
  })
}

function outermost(graph: Graph, path: string): string {
  const vertex = graph.vertices.find((one) => one.path === path)
  return vertex?.parent ? outermost(graph, vertex.parent) : path
}

function Tethered({
  float,
  side,
  edge,
  middle,
  pane,
}: {
  float: Float
  side: 'left' | 'right'
  edge: number
  middle: number
  pane: { width: number; height: number }
}) {
  const box = useRef<HTMLDivElement>(null)
  const [high, setHigh] = useState(0)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const watch = new ResizeObserver(() => setHigh(element.offsetHeight))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const beside = side === 'right' ? edge + GAP : edge - GAP - float.width
  const left = Math.max(RIM, Math.min(beside, pane.width - float.width - RIM))
  const top = Math.max(
    RIM,
    Math.min(middle - Math.min(high / 2, 56), pane.height - high - (side === 'right' ? DOCK : RIM)),
  )
  const end = side === 'right' ? left : left + float.width
  const knot = Math.max(top + 12, Math.min(middle, top + high - 12))
  const apart = side === 'right' ? end > edge : end < edge
  return (
    <div className={styles.layer} data-tone={float.tone}>
      {apart && (
        <svg className={styles.tether} aria-hidden="true">
          <path d={`M${edge} ${middle}H${(edge + end) / 2}V${knot}H${end}`} />
          <circle cx={edge} cy={middle} r="3" />
        </svg>
      )}
      <div
        ref={box}
        className={styles.float}
        data-passing={float.passing || undefined}
        style={{ left, top, width: float.width }}
      >
        {float.content}
      </div>
    </div>
  )
}
