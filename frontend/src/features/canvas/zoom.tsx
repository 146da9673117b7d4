import { useStore } from '@xyflow/react'
import type { Camera } from './camera'
import { ZoomDock } from './docks'

/** The zoom dock with the zoom of the camera. */
export function Zoom({ camera, corner }: { camera: Camera; corner: 'top-right' | 'bottom-right' }) {
  const zoom = useStore((state) => Math.round(state.transform[2] * 100) / 100)
  return (
    <ZoomDock
      zoom={zoom}
      corner={corner}
      onIn={camera.zoomIn}
      onOut={camera.zoomOut}
      onActual={camera.actual}
      onFit={camera.fit}
    />
  )
}
