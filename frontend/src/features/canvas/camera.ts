import { type ReactFlowInstance, useReactFlow, useStoreApi } from '@xyflow/react'
import { useMemo } from 'react'
import { staticPath } from '@/entities/run/paths'
import type { Position } from '@/shared/api/types'
import { step, type Way } from './walk'

/** What a page may ask of the canvas's view. */
export interface Camera {
  zoomIn(): void
  zoomOut(): void
  actual(): void
  fit(): void
  fitTasks(paths: readonly string[]): void
  /** Bring a task to the middle; with `onlyHidden` leave the view alone where the task is seen. */
  centre(path: string, onlyHidden?: boolean): void
  /** The nearest card in a direction. */
  step(from: string, way: Way): string | null
  /** Where a task stands on the screen. */
  screenOf(path: string): { x: number; y: number } | null
  focus(path: string): void
}

const TOP_ROOM = 64
const ROOM = 24
const RIM = 12
const READABLE = 0.9

/** How long the camera travels, from the tokens; 0 where motion is reduced. */
export function cameraTime(): number {
  const written = getComputedStyle(document.documentElement).getPropertyValue('--t-camera')
  return Number.parseFloat(written) || 0
}

/** Show the whole flow where it can be read so, else its beginning at a size that can. */
export function openView(flow: ReactFlowInstance, pane: { width: number; height: number }): void {
  const bounds = flow.getNodesBounds(flow.getNodes())
  if (bounds.width === 0 || pane.width === 0) return
  const across = (pane.width - 2 * RIM) / bounds.width
  const down = (pane.height - TOP_ROOM - ROOM) / bounds.height
  const zoom = Math.max(Math.min(1, across, down), Math.min(1, across, READABLE))
  const x = pane.width / 2 - (bounds.x + bounds.width / 2) * zoom
  // What is seen from afar is seen whole: it stands in the middle.
  const spare = pane.height - TOP_ROOM - ROOM - bounds.height * zoom
  const lower = zoom < READABLE ? Math.max(0, spare / 2) : 0
  void flow.setViewport({ x, y: TOP_ROOM - bounds.y * zoom + lower, zoom })
}

/** Below this the names go. */
const NAMES = 0.45

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Show everything; a flow too tall for that at a size with names stands at its top, at that size.
 * One too wide is shown whole: scrolling two ways loses the way.
 */
export function fitted(bounds: Position & Size, pane: Size): Position & { zoom: number } {
  const across = (pane.width - 2 * ROOM) / bounds.width
  const down = (pane.height - TOP_ROOM - ROOM) / bounds.height
  const whole = Math.min(1, across, down)
  const zoom = Math.max(whole, Math.min(across, NAMES))
  const spare = pane.height - TOP_ROOM - ROOM - bounds.height * zoom
  return {
    x: pane.width / 2 - (bounds.x + bounds.width / 2) * zoom,
    y: TOP_ROOM - bounds.y * zoom + Math.max(0, spare / 2),
    zoom,
  }
}

export function useCamera(): Camera {
  const flow = useReactFlow()
  const store = useStoreApi()
  return useMemo(() => {
    const middle = (path: string): (Position & { width: number; height: number }) | null => {
      const node = store.getState().nodeLookup.get(staticPath(path))
      if (!node) return null
      const { x, y } = node.internals.positionAbsolute
      const { width = 0, height = 0 } = node.measured
      return { x: x + width / 2, y: y + height / 2, width, height }
    }
    const move = () => ({ duration: cameraTime() })
    return {
      zoomIn: () => void flow.zoomIn(move()),
      zoomOut: () => void flow.zoomOut(move()),
      actual: () => void flow.zoomTo(1, move()),
      fit() {
        const bounds = flow.getNodesBounds(flow.getNodes())
        const { width, height } = store.getState()
        if (bounds.width === 0 || width === 0) return
        void flow.setViewport(fitted(bounds, { width, height }), move())
      },
      fitTasks: (paths) =>
        void flow.fitView({ nodes: paths.map((id) => ({ id })), padding: 0.2, maxZoom: 1, ...move() }),
      centre(path, onlyHidden = false) {
        const at = middle(path)
        if (!at) return
        const { transform, width, height } = store.getState()
        const [tx, ty, zoom] = transform
        const [x, y] = [at.x * zoom + tx, at.y * zoom + ty]
        const [half, high] = [(at.width * zoom) / 2, (at.height * zoom) / 2]
        const seen = x - half >= 0 && y - high >= 0 && x + half <= width && y + high <= height
        if (onlyHidden && seen) return
        void flow.setCenter(at.x, at.y, { zoom, ...move() })
      },
      step(from, way) {
        const centres = new Map<string, Position>()
        for (const node of flow.getNodes()) {
          const at = node.type === 'card' ? middle(node.id) : null
          if (at) centres.set(node.id, at)
        }
        const here = middle(from)
        if (here && !centres.has(from)) centres.set(from, here)
        return step(centres, from, way)
      },
      screenOf(path) {
        const at = middle(path)
        return at ? flow.flowToScreenPosition({ x: at.x + at.width / 2, y: at.y }) : null
      },
      focus(path) {
        const { domNode } = store.getState()
        const card = domNode?.querySelector<HTMLElement>(`[data-task-path="${CSS.escape(path)}"]`)
        const target = card ?? domNode?.closest<HTMLElement>('section')
        target?.focus({ preventScroll: true })
      },
    }
  }, [flow, store])
}
