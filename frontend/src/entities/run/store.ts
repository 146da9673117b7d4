import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { feed } from './feed'
import { iterations } from './iterations'
import { createRunStore, type OpenRun, type RunStore } from './open-run'
import { type Chosen, NEWEST, taskNow } from './paths'
import { follow } from './source'
import type { TaskState } from './state'

/** Read a part of an open run; renders only when that part changes. */
export function useRun<Part>(store: RunStore, select: (open: OpenRun) => Part): Part {
  return useStore(store, select)
}

/** Open a run for as long as the component lives: stored events first, then live. */
export function useOpenRun(runId: string): RunStore {
  const store = useMemo(() => createRunStore(runId), [runId])
  useEffect(() => follow(store, { feed }), [store])
  return store
}

/** The iterations that a person looks at in a run. */
export function useChosen(runId: string): Chosen {
  return useStore(iterations, ({ runs }) => runs[runId] ?? NEWEST)
}

/** The task that a path of the file stands for: in the newest iteration, or the one looked at. */
export function useTaskNow(store: RunStore, path: string | null | undefined): TaskState | undefined {
  const chosen = useChosen(store.getState().run.runId)
  return useStore(store, ({ run }) => (path ? taskNow(run, path, chosen) : undefined))
}
