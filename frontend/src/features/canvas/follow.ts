import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import { chosenIn, iterations } from '@/entities/run/iterations'
import { type Chosen, NEWEST, taskNow } from '@/entities/run/paths'
import type { RunState, TaskState } from '@/entities/run/state'

/** A run that the canvas follows; `state` is null while nothing is followed. */
export interface Followed {
  subscribe(listener: () => void): () => void
  state(): RunState | null
  /** The words that a task, by its path in the run, is saying right now. */
  streamed?(path: string): string | null
}

const NOTHING: Followed = { subscribe: () => () => undefined, state: () => null }

const FollowContext = createContext<Followed>(NOTHING)

/** Gives the cards below the run they show. */
export const FollowRun = FollowContext.Provider

/** One small answer out of the followed run and the iterations looked at; only a changed answer draws again. */
export function useFollowed<T>(select: (run: RunState | null, chosen: Chosen, followed: Followed) => T): T {
  const followed = useContext(FollowContext)
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [followed.subscribe(listener), iterations.subscribe(listener)]
      return () => stops.forEach((stop) => void stop())
    },
    [followed],
  )
  return useSyncExternalStore(subscribe, () => {
    const run = followed.state()
    return select(run, run ? chosenIn(run.runId) : NEWEST, followed)
  })
}

/** The task of a card in the followed run, in the iteration looked at: null where it has not begun, undefined where no run is followed. */
export function useTaskRun(path: string): TaskState | null | undefined {
  const select = useCallback(
    (run: RunState | null, chosen: Chosen) =>
      run === null ? undefined : (taskNow(run, path, chosen) ?? null),
    [path],
  )
  return useFollowed(select)
}
