import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import {
  chosenIn,
  createRunStore,
  feed,
  follow,
  iterations,
  type RunStore,
  taskLook,
  taskNow,
} from '@/entities/run'
import type { Followed } from '@/features/canvas/follow'
import { runQuery } from '@/shared/api/queries'
import type { Run } from '@/shared/api/types'

export interface FollowedRun {
  readonly runId: string | null
  readonly store: RunStore | null
  readonly run: Run | undefined
  /** What the canvas shows of it. */
  readonly followed: Followed
  /** What the source's gutter shows of it. */
  readonly looks: { subscribe(listener: () => void): () => void; look(path: string): string | null }
}

const SILENT = { subscribe: () => () => undefined }

/** Follow the run that the address names, or none. */
export function useFollowedRun(runId: string | null): FollowedRun {
  const store = useMemo(() => (runId === null ? null : createRunStore(runId)), [runId])
  useEffect(() => (store ? follow(store, { feed }) : undefined), [store])
  const { data: run } = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== null })
  return useMemo(() => {
    if (!store)
      return {
        runId,
        store,
        run: undefined,
        followed: { ...SILENT, state: () => null },
        looks: { ...SILENT, look: () => null },
      }
    return {
      runId,
      store,
      run,
      followed: {
        subscribe: store.subscribe,
        state: () => {
          const { run: state, phase } = store.getState()
          return phase === 'loading' && state.lastSeq === 0 ? null : state
        },
      },
      looks: {
        subscribe: (listener) => {
          const stops = [store.subscribe(listener), iterations.subscribe(listener)]
          return () => stops.forEach((stop) => void stop())
        },
        look: (path) => {
          const { run: state } = store.getState()
          const task = taskNow(state, path, chosenIn(state.runId))
          return task ? taskLook(task).look : null
        },
      },
    }
  }, [runId, store, run])
}
