import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import type { RunState, TaskState } from '@/entities/run/state'

/** A run that the canvas follows; `state` is null while nothing is followed. */
export interface Followed {
  subscribe(listener: () => void): () => void
  state(): RunState | null
}

const NOTHING: Followed = { subscribe: () => () => undefined, state: () => null }

const FollowContext = createContext<Followed>(NOTHING)

/** Gives the cards below the run they show. */
export const FollowRun = FollowContext.Provider

/** One small answer out of the followed run; only a changed answer draws again. */
export function useFollowed<T>(select: (run: RunState | null) => T): T {
  const followed = useContext(FollowContext)
  return useSyncExternalStore(followed.subscribe, () => select(followed.state()))
}

/** The task of a card in the followed run: null where it has not begun, undefined where no run is followed. */
export function useTaskRun(path: string): TaskState | null | undefined {
  const select = useCallback(
    (run: RunState | null) => (run === null ? undefined : (run.tasks[path] ?? null)),
    [path],
  )
  return useFollowed(select)
}
