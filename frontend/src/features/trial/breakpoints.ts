/** Breakpoints of flows: paths of tasks that a trial holds before they begin. Kept in this browser, never in the file. */

import { useMemo } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

interface Kept {
  readonly flows: { readonly [flow: string]: readonly string[] }
}

const KEY = 'agentry-breakpoints'

const store = createStore<Kept>(() => ({ flows: kept() }))

function kept(): Kept['flows'] {
  try {
    const flows: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (flows === null || typeof flows !== 'object') return {}
    return Object.fromEntries(
      Object.entries(flows).map(([flow, paths]) => [flow, Array.isArray(paths) ? paths.map(String) : []]),
    )
  } catch {
    return {}
  }
}

export const breakpointsOf = (flow: string): readonly string[] => store.getState().flows[flow] ?? []

export function setBreakpoints(flow: string, paths: readonly string[]): void {
  const { [flow]: _, ...rest } = store.getState().flows
  const flows = paths.length > 0 ? { ...rest, [flow]: [...new Set(paths)] } : rest
  store.setState({ flows })
  try {
    localStorage.setItem(KEY, JSON.stringify(flows))
  } catch {
    // They hold until the tab is closed.
  }
}

/** A task has another path: its breakpoint and those of the tasks in it go with it. */
export function moveBreakpoints(flow: string, from: string, to: string): void {
  const paths = breakpointsOf(flow)
  const moved = paths.map((path) =>
    path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path,
  )
  if (moved.some((path, at) => path !== paths[at])) setBreakpoints(flow, moved)
}

const NONE: readonly string[] = []

/** The breakpoints of a flow, as far as it has the tasks still. */
export function useBreakpoints(flow: string, known: { has(path: string): boolean }): ReadonlySet<string> {
  const paths = useStore(store, ({ flows }) => flows[flow] ?? NONE)
  return useMemo(() => new Set(paths.filter((path) => known.has(path))), [paths, known])
}

/** The paths with one more, or one less. */
export function toggled(paths: Iterable<string>, chosen: readonly string[]): string[] {
  const next = new Set(paths)
  // Several tasks are all held, unless all are already.
  const off = chosen.every((path) => next.has(path))
  for (const path of chosen) {
    if (off) next.delete(path)
    else next.add(path)
  }
  return [...next]
}
