import { useMediaQuery } from '@mantine/hooks'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useMemo } from 'react'
import { jsonOf, mapIn, namesIn } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import type { Camera } from '@/features/canvas/camera'
import { modelName } from '@/features/canvas/face'
import { api } from '@/shared/api/client'

/** The agents of the flow as they are now. */
export function agentsOf(store: DocumentStore) {
  const { reading } = store.getState()
  return namesIn(reading, 'agents').map((name) => {
    const role = mapIn(reading, 'agents', name)
    const model = role ? jsonOf(reading.yaml, role, 'model') : null
    return { name, model: modelName(reading, typeof model === 'string' ? model : null) }
  })
}

export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => api.tools(signal),
  staleTime: 60_000,
})

/** The tools of the studio: names to write, and those that ask first. */
export function useTools() {
  const { data } = useQuery(toolsQuery)
  return useMemo(() => {
    const tools = data?.tools ?? []
    return {
      names: tools.map((tool) => tool.name),
      privileged: new Set(tools.filter((tool) => tool.privileged).map((tool) => tool.name)),
      offered: tools.map(({ name, description, params }) => ({
        name,
        description,
        required: Array.isArray(params.required) ? params.required.map(String) : [],
      })),
    }
  }, [data])
}

/** A task that is pointed at elsewhere comes into view on the canvas. */
export function useCentring(store: DocumentStore, camera: RefObject<Camera | null>): void {
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.pointing === before.pointing || state.pointing.origin === 'canvas') return
        const path = state.pointing.paths.at(-1)
        if (path !== undefined) camera.current?.centre(path, true)
      }),
    [store, camera],
  )
}

/** How wide a strip the inspector hides where it floats over the canvas; 0 where it stands beside it. */
export function useCovered(open: boolean): number {
  const floats = useMediaQuery('(max-width: 1359px)', false, { getInitialValueInEffect: false })
  return useMemo(() => {
    if (!open || !floats) return 0
    const style = getComputedStyle(document.documentElement)
    return ['--inspector-narrow', '--s-12'].reduce(
      (sum, name) => sum + Number.parseFloat(style.getPropertyValue(name)),
      0,
    )
  }, [open, floats])
}

export function useLeaveGuard(store: DocumentStore): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      const { text, savedText } = store.getState()
      if (text !== savedText) event.preventDefault()
    }
    window.addEventListener('beforeunload', guard)
    return () => window.removeEventListener('beforeunload', guard)
  }, [store])
}
