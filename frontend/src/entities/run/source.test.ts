import { expect, test } from 'vitest'
import { wholeRun } from './event-samples'
import type { Delta, RunEvent } from './events'
import { createFeed, type Feed, type Watch } from './feed'
import { createRunStore } from './open-run'
import { follow, type LoadEvents } from './source'

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const atOnce = (flush: () => void) => flush()

function fakeFeed() {
  const seen: { watch: Watch | null; stopped: number } = { watch: null, stopped: 0 }
  const feed: Feed = {
    watch: (watch) => {
      seen.watch = watch
      return () => {
        seen.stopped += 1
      }
    },
    onChanged: () => () => undefined,
    onState: () => () => undefined,
    open: () => undefined,
  }
  return { feed, seen }
}

function stored(events: RunEvent[], size = 1000): LoadEvents & { asked: number[] } {
  const asked: number[] = []
  const load: LoadEvents = async (_runId, after) => {
    asked.push(after)
    const rest = events.filter((one) => one.seq > after)
    return { events: rest.slice(0, size), last_seq: events.at(-1)?.seq ?? 0, done: false }
  }
  return Object.assign(load, { asked })
}

test('an ended run is read page by page and not watched', async () => {
  const { feed, seen } = fakeFeed()
  const store = createRunStore('run_1')
  const load = stored(wholeRun(), 5)
  follow(store, { feed, load, schedule: atOnce })
  await settled()
  expect(load.asked).toEqual([0, 5, 10, 15])
  expect(store.getState()).toMatchObject({ phase: 'ready', run: { status: 'completed', lastSeq: 16 } })
  expect(seen.watch).toBeNull()
})

test('a live run goes on from the last stored event and stops with its end', async () => {
  const events = wholeRun()
  const { feed, seen } = fakeFeed()
  const store = createRunStore('run_1')
  follow(store, { feed, load: stored(events.slice(0, 9)), schedule: atOnce })
  await settled()
  expect(seen.watch?.after()).toBe(9)
  for (const event of events.slice(7)) seen.watch?.onEvent(event)
  expect(store.getState().run.status).toBe('completed')
  expect(store.getState().events.map((one) => one.seq)).toEqual(events.map((one) => one.seq))
  expect(seen.stopped).toBe(1)
})

test('a gap is read again before anything later is shown', async () => {
  const events = wholeRun()
  const { feed, seen } = fakeFeed()
  const store = createRunStore('run_1')
  const known = events.slice(0, 5)
  follow(store, { feed, load: (id, after, signal) => stored(known)(id, after, signal), schedule: atOnce })
  await settled()
  known.push(...events.slice(5, 8))
  const late = events[7]
  if (late) seen.watch?.onEvent(late)
  expect(store.getState().run.lastSeq).toBe(5)
  await settled()
  expect(store.getState().run.lastSeq).toBe(8)
})

test('many events in one frame become one change of the store', async () => {
  const events = wholeRun()
  const { feed, seen } = fakeFeed()
  const store = createRunStore('run_1')
  const frames: (() => void)[] = []
  follow(store, { feed, load: stored(events.slice(0, 2)), schedule: (flush) => frames.push(flush) })
  await settled()
  let changes = 0
  store.subscribe(() => {
    changes += 1
  })
  for (const event of events.slice(2, 12)) seen.watch?.onEvent(event)
  expect(frames).toHaveLength(1)
  frames[0]?.()
  expect(changes).toBe(1)
  expect(store.getState().run.lastSeq).toBe(12)
})

test('streamed words stand until the turn has replied', () => {
  const events = wholeRun()
  const store = createRunStore('run_1')
  store.getState().take(events.slice(0, 5))
  const say = (text: string): Delta => ({ run_id: 'run_1', path: 'draft', turn: 1, text })
  store.getState().stream(say('Rea'))
  store.getState().stream(say('ding'))
  expect(store.getState().streamed.draft).toEqual({ turn: 1, text: 'Reading' })
  store.getState().take(events.slice(5, 6))
  expect(store.getState().streamed.draft).toBeUndefined()
})

test('a studio that does not answer is told where it happened', async () => {
  const { feed, seen } = fakeFeed()
  const store = createRunStore('run_1')
  follow(store, { feed, load: () => Promise.reject(new TypeError('failed')), schedule: atOnce })
  await settled()
  expect(store.getState()).toMatchObject({ phase: 'failed' })
  expect(seen.watch).toBeNull()
})

test('the tab has one stream: it moves with the watched run and asks from its newest event', async () => {
  const urls: string[] = []
  let open = 0
  const feed = createFeed(({ url }) => {
    urls.push(url())
    open += 1
    return () => {
      open -= 1
    }
  })
  feed.open()
  await settled()
  const stop = feed.watch({ runId: 'run_1', after: () => 7, onEvent: () => {}, onDelta: () => {} })
  await settled()
  stop()
  await settled()
  expect(urls).toEqual(['/api/v1/feed', '/api/v1/feed?run_id=run_1&after=7', '/api/v1/feed'])
  expect(open).toBe(1)
})

test('messages reach the watch of their own run only', async () => {
  const heard: number[] = []
  const push: ((message: { event: string; data: string; id: undefined }) => void)[] = []
  const feed = createFeed(({ onMessage }) => {
    push.push(onMessage)
    return () => undefined
  })
  feed.watch({
    runId: 'run_1',
    after: () => 0,
    onEvent: (event) => heard.push(event.seq),
    onDelta: () => undefined,
  })
  await settled()
  for (const [run_id, seq] of [
    ['run_1', 1],
    ['run_2', 2],
  ])
    push[0]?.({ event: 'journal', data: JSON.stringify({ run_id, seq }), id: undefined })
  expect(heard).toEqual([1])
})
