import { ROOT } from '@/shared/api/client'
import { openStream, type StreamState } from '@/shared/api/stream'
import type { Changed, Delta, RunEvent } from './events'

/** The run that a tab watches; `after` is asked at each connection. */
export type Watch = {
  runId: string
  after: () => number
  onEvent: (event: RunEvent) => void
  onDelta: (delta: Delta) => void
}

export type Feed = {
  /** Follow one run; the newest watch wins. Returns how to stop. */
  watch: (watch: Watch) => () => void
  /** Hear of every run that got further. */
  onChanged: (hear: (changed: Changed) => void) => () => void
  onState: (hear: (state: StreamState) => void) => () => void
  /** Connect if nothing is open yet. */
  open: () => void
}

type Connect = (settings: Parameters<typeof openStream>[0]) => () => void

/** One stream for the tab: browsers allow six per origin, so a tab takes one and moves it. */
export function createFeed(connect: Connect = openStream): Feed {
  let watched: Watch | null = null
  let close: (() => void) | null = null
  let moving = false
  const changed = new Set<(changed: Changed) => void>()
  const states = new Set<(state: StreamState) => void>()

  const url = () => {
    if (!watched) return `${ROOT}/feed`
    return `${ROOT}/feed?run_id=${encodeURIComponent(watched.runId)}&after=${watched.after()}`
  }
  const take = (name: string | undefined, text: string) => {
    if (name === 'journal') {
      const event = JSON.parse(text) as RunEvent
      if (event.run_id === watched?.runId) watched.onEvent(event)
    } else if (name === 'delta') {
      const delta = JSON.parse(text) as Delta
      if (delta.run_id === watched?.runId) watched.onDelta(delta)
    } else if (name === 'changed') {
      const told = JSON.parse(text) as Changed
      for (const hear of changed) hear(told)
    }
  }
  const reconnect = () => {
    moving = false
    close?.()
    close = connect({
      url,
      onMessage: (message) => take(message.event, message.data),
      onState: (state) => {
        for (const hear of states) hear(state)
      },
    })
  }
  // Pages come and go in one render; the stream moves once, after they settle.
  const move = () => {
    if (moving) return
    moving = true
    setTimeout(reconnect, 0)
  }

  return {
    open: () => {
      if (!close) move()
    },
    watch: (watch) => {
      watched = watch
      move()
      return () => {
        if (watched !== watch) return
        watched = null
        move()
      }
    },
    onChanged: (hear) => {
      changed.add(hear)
      return () => changed.delete(hear)
    },
    onState: (hear) => {
      states.add(hear)
      return () => states.delete(hear)
    },
  }
}

/** The tab's own feed. */
export const feed = createFeed()
