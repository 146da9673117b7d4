import type { RefObject } from 'react'
import type { Saver } from '@/entities/document/keep'
import type { DocumentStore } from '@/entities/document/store'
import { isFrame } from '@/entities/graph/layout'
import { chosenIn, type RunStore, taskNow } from '@/entities/run'
import type { Camera } from '@/features/canvas/camera'
import type { Graph } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import type { Panes } from './panes'

export interface EditorKeys {
  store: DocumentStore
  saver: Saver
  camera: RefObject<Camera | null>
  panes: Panes
  /** Null while a run is followed. */
  run: (() => void) | null
  leave: (() => void) | null
  /** The run whose tasks `.` visits. */
  next: RunStore | null
  graph: Graph
  add: () => void
  /** Null while a run is followed. */
  duplicate: (() => unknown) | null
  rename: () => void
  tidy: () => void
}

/** The keys of the editor that work wherever nobody types; arrows, Enter and Delete belong to the canvas. */
export function useEditorKeys(parts: EditorKeys): void {
  const { store, saver, camera, panes } = parts
  const view = () => camera.current
  const selected = () => store.getState().pointing.paths
  const undo = () => store.getState().undo()
  const redo = () => store.getState().redo()
  useKeys({
    v: () => panes.setTool('select'),
    h: () => panes.setTool('hand'),
    '+': () => view()?.zoomIn(),
    '=': () => view()?.zoomIn(),
    '-': () => view()?.zoomOut(),
    '0': () => view()?.actual(),
    '1': () => view()?.fit(),
    '2': () => (selected().length > 0 ? view()?.fitTasks(selected()) : view()?.fit()),
    f2: () => selected().length > 0 && parts.rename(),
    'shift+l': parts.tidy,
    n: parts.add,
    '/': parts.add,
    y: () => panes.setSource(!panes.source),
    t: () => panes.setDrawer(!panes.drawer),
    '.': () => flyToNext(parts),
    'mod+z': undo,
    'mod+shift+z': redo,
    'mod+y': redo,
    'mod+s': () => {
      store.getState().settle()
      void saver.flush()
    },
    ...(parts.duplicate ? { 'mod+d': parts.duplicate } : {}),
    ...(parts.run ? { 'mod+enter': parts.run } : {}),
  })
}

const URGENT = ['failed', 'timed_out', 'held', 'waiting', 'running']

/** Fly to the next task that failed, waits or runs; without a run, to the next one with a finding. */
function flyToNext({ store, camera, next, graph }: EditorKeys): void {
  const { pointing, diagnostics } = store.getState()
  const run = next?.getState().run
  const wanted = run
    ? graph.vertices
        .filter((vertex) => !isFrame(vertex))
        .map(({ path }) => ({
          path,
          rank: URGENT.indexOf(taskNow(run, path, chosenIn(run.runId))?.status ?? ''),
        }))
        .filter(({ rank }) => rank >= 0)
        .sort((one, other) => one.rank - other.rank)
        .map(({ path }) => path)
    : [...new Set(diagnostics.map((finding) => finding.path).filter((path) => path !== null && path !== ''))]
  if (wanted.length === 0) return
  const here = wanted.indexOf(pointing.paths.at(-1) ?? '')
  const path = wanted[(here + 1) % wanted.length]
  if (!path) return
  store.getState().point([path], 'canvas')
  camera.current?.centre(path)
}
