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
import { Problem } from '@/shared/api/problem'
import { runQuery } from '@/shared/api/queries'
import type { Run } from '@/shared/api/types'

export interface FollowedRun {
  readonly runId: string | null
  readonly store: RunStore | null
  readonly run: Run | undefined
  /** The run that the address names although there is none; nothing is followed then. */
  readonly missing: string | null
  /** What the canvas shows of it. */
  readonly followed: Followed
  /** What the source's gutter shows of it. */
  readonly looks: { subscribe(listener: () => void): () => void; look(path: string): string | null }
}

const SILENT = { subscribe: () => () => undefined }

const RETRY_MS = 3000

const isMissing = (error: unknown) => error instanceof Problem && error.status === 404

/** Follow a run and begin again after every failure but "there is no such run". Returns how to stop. */
export function keepFollowing(store: RunStore, begin: (store: RunStore) => () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: () => void = () => undefined
  const unwatch = store.subscribe((open, before) => {
    if (open.phase !== 'failed' || open.error === before.error || isMissing(open.error)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      stop()
      stop = begin(store)
    }, RETRY_MS)
  })
  stop = begin(store)
  return () => {
    clearTimeout(timer)
    unwatch()
    stop()
  }
}

/** Follow the run that the address names, or none. */
export function useFollowedRun(asked: string | null): FollowedRun {
  const { data: run, error } = useQuery({
    ...runQuery(asked ?? ''),
    enabled: asked !== null,
    refetchInterval: ({ state }) => (state.error && !isMissing(state.error) ? RETRY_MS : false),
  })
  const missing = asked !== null && isMissing(error) ? asked : null
  const runId = missing === null ? asked : null
  const store = useMemo(() => (runId === null ? null : createRunStore(runId)), [runId])
  useEffect(() => (store ? keepFollowing(store, (open) => follow(open, { feed })) : undefined), [store])
  return useMemo(() => {
    if (!store)
      return {
        runId,
        store,
        run: undefined,
        missing,
        followed: { ...SILENT, state: () => null },
        looks: { ...SILENT, look: () => null },
      }
    return {
      runId,
      store,
      run,
      missing,
      followed: {
        subscribe: store.subscribe,
        state: () => {
          const { run: state, phase } = store.getState()
          return phase === 'loading' && state.lastSeq === 0 ? null : state
        },
        streamed: (path) => store.getState().streamed[path]?.text ?? null,
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
  }, [runId, store, run, missing])
}
