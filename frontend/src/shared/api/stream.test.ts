import { expect, test } from 'vitest'
import { openStream, type StreamState } from './stream'

const answer = (text: string) =>
  new Response(
    new ReadableStream({
      start(inside) {
        inside.enqueue(new TextEncoder().encode(text))
        inside.close()
      },
    }),
  )

test('events are read and the next connection asks from the newest place', async () => {
  let newest = 0
  const asked: string[] = []
  const heard: string[] = []
  await new Promise<void>((done) => {
    const close = openStream({
      url: () => `/feed?after=${newest}`,
      fetcher: async (url) => {
        asked.push(String(url))
        if (asked.length === 3) {
          close()
          done()
        }
        return answer(`: hello\n\nevent: journal\nid: ${newest + 1}\ndata: {"seq":${newest + 1}}\n\n`)
      },
      onMessage: ({ data }) => {
        newest += 1
        heard.push(data)
      },
      wait: () => Promise.resolve(),
    })
  })
  expect(asked).toEqual(['/feed?after=0', '/feed?after=1', '/feed?after=2'])
  expect(heard.slice(0, 2)).toEqual(['{"seq":1}', '{"seq":2}'])
})

test('a studio that is away is asked again with growing waits', async () => {
  const waits: number[] = []
  const states: StreamState[] = []
  await new Promise<void>((done) => {
    const close = openStream({
      url: () => '/feed',
      fetcher: () => Promise.reject(new TypeError('away')),
      onMessage: () => undefined,
      onState: (state) => states.push(state),
      now: () => 0,
      wait: async (ms) => {
        waits.push(ms)
        if (waits.length === 7) {
          close()
          done()
        }
      },
    })
  })
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
  expect(states[0]).toEqual({ open: false, retryAt: 500 })
})
