import { api } from '@/shared/api/client'
import type { RunEvent } from './events'
import type { Feed } from './feed'
import type { RunStore } from './open-run'
import { hasEnded } from './words'

export type EventPage = { events: RunEvent[]; last_seq: number; done: boolean }
export type LoadEvents = (runId: string, after: number, signal: AbortSignal) => Promise<EventPage>

const PAGE = 1000

const loadEvents: LoadEvents = (runId, after, signal) => api.events<RunEvent>(runId, after, PAGE, signal)

type FollowSettings = {
  feed: Feed
  load?: LoadEvents
  /** When a batch is put into the store: once per frame by default. */
  schedule?: (flush: () => void) => void
}

/**
 * Bring a run's stored events into its store, then follow it live until it ends.
 * Events are taken in order of `seq` without gaps: what is missing is read again. Returns how to stop.
 */
export function follow(store: RunStore, { feed, load = loadEvents, schedule = onFrame }: FollowSettings) {
  const { runId } = store.getState().run
  const stop = new AbortController()
  let unwatch: (() => void) | null = null
  let waiting: RunEvent[] = []
  let planned = false
  let reading = false

  const place = () => waiting.at(-1)?.seq ?? store.getState().run.lastSeq
  const flush = () => {
    planned = false
    if (stop.signal.aborted || waiting.length === 0) return
    const batch = waiting
    waiting = []
    store.getState().take(batch)
    if (hasEnded(store.getState().run.status)) unwatch?.()
  }
  const plan = () => {
    if (planned) return
    planned = true
    schedule(flush)
  }
  const catchUp = async () => {
    if (reading) return
    reading = true
    try {
      for (;;) {
        const page = await load(runId, place(), stop.signal)
        waiting.push(...page.events.filter((event) => event.seq > place()))
        flush()
        if (page.events.length === 0 || place() >= page.last_seq) break
      }
      store.getState().ready()
    } catch (error) {
      if (!stop.signal.aborted) store.getState().fail(error)
    } finally {
      reading = false
    }
  }
  const live = () => {
    const { run, phase } = store.getState()
    if (stop.signal.aborted || phase === 'failed' || hasEnded(run.status)) return
    unwatch = feed.watch({
      runId,
      after: place,
      onEvent: (event) => {
        if (event.seq <= place()) return
        if (event.seq > place() + 1) {
          void catchUp()
          return
        }
        waiting.push(event)
        plan()
      },
      onDelta: (delta) => store.getState().stream(delta),
    })
  }

  void catchUp().then(live)
  return () => {
    stop.abort()
    unwatch?.()
  }
}

/** At the next frame; a tab in the background, which draws none, still gets there. */
function onFrame(flush: () => void): void {
  let done = false
  const once = () => {
    if (done) return
    done = true
    flush()
  }
  requestAnimationFrame(once)
  setTimeout(once, 250)
}
