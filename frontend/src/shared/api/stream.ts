import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { Problem } from './problem'

export type StreamState = { open: true } | { open: false; retryAt: number }

type StreamSettings = {
  /** Asked at every connection, so that it can carry the newest place. */
  url: () => string
  onMessage: (message: EventSourceMessage) => void
  onState?: (state: StreamState) => void
  fetcher?: typeof fetch
  /** Wait `ms`; resolves early when `signal` aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
  now?: () => number
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000

/** Read server-sent events over fetch until closed; connect again with growing waits. Returns `close`. */
export function openStream(settings: StreamSettings): () => void {
  const stop = new AbortController()
  void keepOpen(settings, stop.signal)
  return () => stop.abort()
}

async function keepOpen(settings: StreamSettings, signal: AbortSignal): Promise<void> {
  const { onState, wait = pause, now = Date.now } = settings
  let waitMs = FIRST_WAIT_MS
  while (!signal.aborted) {
    const opened = await readOnce(settings, signal)
    if (signal.aborted) return
    // A stream that ended by itself (the server closes old ones) is opened again at once.
    if (opened === 'ended') {
      waitMs = FIRST_WAIT_MS
      await wait(FIRST_WAIT_MS, signal)
      continue
    }
    onState?.({ open: false, retryAt: now() + waitMs })
    await wait(waitMs, signal)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

async function readOnce(settings: StreamSettings, signal: AbortSignal): Promise<'ended' | 'failed'> {
  const { url, onMessage, onState, fetcher = fetch } = settings
  let opened = false
  try {
    const response = await fetcher(url(), { signal, headers: { accept: 'text/event-stream' } })
    if (!response.ok || !response.body) {
      throw new Problem(response.status, { error: 'stream_refused', detail: `Status ${response.status}.` })
    }
    opened = true
    onState?.({ open: true })
    const parser = createParser({ onEvent: onMessage })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      parser.feed(value)
    }
  } catch {
    // Whatever broke it, the answer is the same: try again from the last event seen.
    return opened ? 'ended' : 'failed'
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
