import { useOnViewportChange, useStoreApi } from '@xyflow/react'
import { type RefObject, useCallback, useEffect } from 'react'

export type Lod = 'all' | 'names' | 'plates' | 'dots'

export function lodOf(zoom: number): Lod {
  if (zoom >= 0.795) return 'all'
  if (zoom >= 0.445) return 'names'
  return zoom >= 0.195 ? 'plates' : 'dots'
}

/** Tell the style sheet how far away the canvas is, without drawing a single card again. */
export function useLod(root: RefObject<HTMLElement | null>): void {
  const store = useStoreApi()
  const tell = useCallback(
    (zoom: number) => {
      const element = root.current
      if (!element) return
      const lod = lodOf(zoom)
      if (element.dataset.lod !== lod) element.dataset.lod = lod
      // Type grows against the zoom in steps, so that a pinch does not restyle every card each frame.
      const scale = lod === 'all' ? '1' : (1 / Math.max(0.45, Math.floor(zoom * 20) / 20)).toFixed(2)
      put(element, '--lod-scale', scale)
      // Lines stay a line on the screen, however far away.
      put(
        element,
        '--lod-line',
        lod === 'all' ? '1' : (1 / Math.max(0.1, Math.floor(zoom * 20) / 20)).toFixed(1),
      )
    },
    [root],
  )
  useEffect(() => tell(store.getState().transform[2]), [store, tell])
  useOnViewportChange({ onChange: useCallback(({ zoom }: { zoom: number }) => tell(zoom), [tell]) })
}

function put(element: HTMLElement, name: string, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value)
}
