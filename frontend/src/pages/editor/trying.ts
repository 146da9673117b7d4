import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import { EditRefused, setField } from '@/entities/document/edits'
import type { DocumentStore } from '@/entities/document/store'
import { hasEnded } from '@/entities/run'
import {
  breakpointsOf,
  moveBreakpoints,
  setBreakpoints,
  toggled,
  useBreakpoints,
} from '@/features/trial/breakpoints'
import { PIN, pinsIn } from '@/features/trial/pins'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { Json } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import type { Offer } from '@/shared/lib/offers'
import type { FollowedRun } from './followed'
import { tell } from './way-back'

/** What a run form is open for: a run, a trial step by step, or one task alone. */
export type Asking = { readonly how: 'run' | 'step' } | { readonly how: 'only'; readonly path: string }

/** Trying a flow out: what a trial is held before, what it takes from earlier runs, and how one begins. */
export function useTrying(
  store: DocumentStore,
  flow: string,
  following: FollowedRun,
  start: (asking: Asking) => void,
) {
  const reading = useStore(store, (state) => state.reading)
  const kept = useBreakpoints(flow, reading.byPath)
  const live = useLiveBreakpoints(following)
  const breakpoints = useMemo(() => (live ? new Set(live) : kept), [live, kept])
  const [pins, pinned] = useMemo(() => {
    const found = pinsIn(reading)
    return [found, new Set(found.keys())] as const
  }, [reading])
  const ended = live === null
  const { runId } = following
  const toggle = useCallback(
    (paths: readonly string[]) => {
      if (paths.length === 0) return
      const next = toggled(breakpoints, paths)
      const rest = breakpointsOf(flow).filter((path) => !paths.includes(path))
      setBreakpoints(flow, [...rest, ...paths.filter((path) => next.includes(path))])
      if (!ended && runId !== null)
        api.setBreakpoints(runId, next).catch((error: unknown) => tell(sentence(error)))
    },
    [breakpoints, flow, ended, runId],
  )
  const pin = useCallback(
    (path: string, output: Json | undefined) => {
      try {
        store.getState().settle()
        store.getState().apply(setField(store.getState().reading, path, [PIN], output), 'inspector')
      } catch (error) {
        if (!(error instanceof EditRefused)) throw error
        tell(error.message)
      }
    },
    [store],
  )
  const selected = () => store.getState().pointing.paths
  const only = () => {
    const path = selected().at(-1)
    if (path !== undefined) start({ how: 'only', path })
  }
  const latest = useRef({ only, toggle })
  useEffect(() => {
    latest.current = { only, toggle }
  })
  const offers = useMemo(
    (): readonly Offer[] => [
      { name: 'Run the selected task alone', keys: 'shift+enter', act: () => latest.current.only() },
      {
        name: 'Set a breakpoint, or take it away',
        keys: 'b',
        act: () => latest.current.toggle(store.getState().pointing.paths),
      },
    ],
    [store],
  )
  useKeys({ b: () => toggle(selected()) })
  useKeys({ 'shift+enter': only }, ended)
  useKeys({ f10: () => start({ how: 'step' }) }, runId === null)
  /** A rename that takes the breakpoints along; it gives the sentence of a refusal, or null. */
  const renaming = (rename: (path: string, id: string) => string | null) => (path: string, id: string) => {
    const why = rename(path, id)
    if (why === null) moveBreakpoints(flow, path, path.slice(0, path.lastIndexOf('/') + 1) + id)
    return why
  }
  return { breakpoints, pins, pinned, live: !ended, offers, toggle, pin, renaming }
}

export type Trying = ReturnType<typeof useTrying>

/** What the followed run is held before; null where none is followed or it has ended. */
function useLiveBreakpoints({ followed }: FollowedRun): readonly string[] | null {
  return useSyncExternalStore(followed.subscribe, () => {
    const run = followed.state()
    return run && !hasEnded(run.status) ? run.breakpoints : null
  })
}
