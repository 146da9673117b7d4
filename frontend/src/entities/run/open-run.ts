import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Delta, RunEvent } from './events'
import { foldAll } from './fold'
import { emptyRun, type RunState } from './state'

/** Words that stream for a turn that has not replied yet. */
export type Streamed = { turn: number; text: string }

export type OpenRun = {
  run: RunState
  events: readonly RunEvent[]
  streamed: Readonly<Record<string, Streamed>>
  /** `loading` until the stored events are in. */
  phase: 'loading' | 'ready' | 'failed'
  error: unknown
  take: (events: readonly RunEvent[]) => void
  stream: (delta: Delta) => void
  ready: () => void
  fail: (error: unknown) => void
}

export type RunStore = StoreApi<OpenRun>

/** One store per open run, made by the page that shows it. */
export function createRunStore(runId: string): RunStore {
  return createStore<OpenRun>((set) => ({
    run: emptyRun(runId),
    events: [],
    streamed: {},
    phase: 'loading',
    error: null,
    take: (events) =>
      set((open) => {
        const fresh = events.filter((event) => event.seq > open.run.lastSeq)
        if (fresh.length === 0) return open
        return {
          run: foldAll(open.run, fresh),
          events: [...open.events, ...fresh],
          streamed: settle(open.streamed, fresh),
        }
      }),
    stream: ({ path, turn, text }) =>
      set((open) => {
        const before = open.streamed[path]
        const words = before?.turn === turn ? before.text + text : text
        return { streamed: { ...open.streamed, [path]: { turn, text: words } } }
      }),
    ready: () => set({ phase: 'ready', error: null }),
    fail: (error) => set({ phase: 'failed', error }),
  }))
}

function settle(streamed: OpenRun['streamed'], events: readonly RunEvent[]): OpenRun['streamed'] {
  const said = events.filter((event) => event.type === 'turn.replied' && event.path in streamed)
  if (said.length === 0) return streamed
  const rest = { ...streamed }
  for (const event of said) delete rest[event.path]
  return rest
}
