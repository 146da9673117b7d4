import { expect, test, vi } from 'vitest'
import { api } from './client'
import { Silence, sentence } from './problem'

const failing = (error: unknown) => vi.stubGlobal('fetch', () => Promise.reject(error))

test('only a request that reached nobody says that the studio does not answer', async () => {
  failing(new TypeError('Failed to fetch'))
  const error = await api.flows().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Silence)
  expect(sentence(error)).toMatch(/^The studio does not answer\./)
  expect(sentence(new TypeError('x is not a function'))).toBe('x is not a function')
})

test('a request that was withdrawn is no silence', async () => {
  const withdrawn = new DOMException('withdrawn', 'AbortError')
  failing(withdrawn)
  await expect(api.flows()).rejects.toBe(withdrawn)
})
