import { useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import type { Layout } from '@/entities/graph/layout'
import { openView } from './camera'

const SETTLE_MS = 400

/**
 * Choose the view once the first layout is there, and again when a run takes the stage or leaves it.
 * When a pane beside the canvas opens or shuts, a view that nobody moved is chosen anew;
 * else what was in the middle stays in the middle. Returns what to call when the view begins to move.
 */
export function useView(
  root: RefObject<HTMLElement | null>,
  layout: Layout | null,
  running: boolean,
  covered: number,
): () => void {
  const flow = useReactFlow()
  const store = useStoreApi()
  const width = useStore((state) => state.width)
  const room = width - covered
  const shown = useRef({ running: null as boolean | null, room: 0, settled: 0 })
  const hand = useRef({ moved: false, opening: false })
  const ready = layout !== null && width > 0
  useEffect(() => {
    if (!ready) return
    const before = shown.current
    const changed = before.running !== running
    // The panes that open or shut with a run take their places one after the other.
    const settled = changed ? Date.now() + SETTLE_MS : before.settled
    shown.current = { running, room, settled }
    if (changed || Date.now() < settled || (!hand.current.moved && room !== before.room)) {
      hand.current = { moved: false, opening: true }
      openView(flow, { width: room, height: store.getState().height })
      hand.current.opening = false
      // Arrows walk the graph from the first moment.
      if (document.activeElement === document.body) root.current?.focus({ preventScroll: true })
      return
    }
    if (room === before.room) return
    const { x, y, zoom } = flow.getViewport()
    void flow.setViewport({ x: x + (room - before.room) / 2, y, zoom })
  }, [root, ready, running, room, flow, store])
  return useCallback(() => {
    if (!hand.current.opening) hand.current.moved = true
  }, [])
}
