import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { feed } from './feed'
import { createRunStore, type OpenRun, type RunStore } from './open-run'
import { follow } from './source'

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
