import { type KeyboardEvent, type RefObject, useCallback } from 'react'
import type { Graph } from '@/shared/api/types'
import type { Camera } from './camera'
import type { Way } from './walk'

const WAYS: Readonly<Record<string, Way>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

export interface CanvasKeys {
  root: RefObject<HTMLElement | null>
  camera: Camera
  selected: readonly string[]
  graph: Graph
  onSelect: (paths: readonly string[]) => void
  onOpen: (path: string) => void
  onRemove?: (() => void) | undefined
  /** One place up or down in the list. */
  onShift?: ((by: -1 | 1) => void) | undefined
  /** Cut the edge that is selected; there only while one is. */
  onCut?: (() => void) | undefined
}

/** Keys while the canvas has the focus: arrows walk the graph or move a task, Enter opens, Space selects, Delete removes. */
export function useCanvasKeys(parts: CanvasKeys): (event: KeyboardEvent<HTMLElement>) => void {
  const { root, camera, selected, graph, onSelect, onOpen, onRemove, onShift, onCut } = parts
  return useCallback(
    (event) => {
      const target = event.target as HTMLElement
      const card = target.closest<HTMLElement>('[data-task-path]')
      // Buttons of docks and floats keep their own keys.
      if (target !== root.current && !card) return
      const here = card?.dataset.taskPath ?? selected.at(-1)
      const mod = event.ctrlKey || event.metaKey
      const act = (): boolean => {
        const way = WAYS[event.key]
        if (onShift && event.altKey && (way === 'up' || way === 'down')) {
          onShift(way === 'up' ? -1 : 1)
          return true
        }
        if (way && !mod && !event.altKey) {
          const next = camera.step(here ?? '', way)
          if (next === null) return true
          onSelect([next])
          camera.centre(next, true)
          camera.focus(next)
          return true
        }
        if (mod && event.key.toLowerCase() === 'a') {
          onSelect(graph.vertices.map((vertex) => vertex.path))
          return true
        }
        if (event.key === 'Enter' && !mod && !event.shiftKey && here) {
          onOpen(here)
          return true
        }
        if (event.key === ' ' && card && here) {
          onSelect([here])
          return true
        }
        if (event.key === 'Escape') {
          onSelect([])
          root.current?.focus()
          return true
        }
        if ((event.key === 'Delete' || event.key === 'Backspace') && onCut) {
          onCut()
          return true
        }
        if ((event.key === 'Delete' || event.key === 'Backspace') && onRemove && selected.length > 0) {
          onRemove()
          root.current?.focus()
          return true
        }
        return false
      }
      if (act()) event.preventDefault()
    },
    [root, camera, selected, graph, onSelect, onOpen, onRemove, onShift, onCut],
  )
}
