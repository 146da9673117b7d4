import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRunStore } from '@/entities/run'
import { Problem } from '@/shared/api/problem'
import { keepFollowing } from './followed'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function followed() {
  const store = createRunStore('run_a')
  const [stop, begin] = [vi.fn(), vi.fn()]
  const end = keepFollowing(store, (open) => {
    begin(open)
    return stop
  })
  return { store, begin, stop, end }
}

test('a studio that does not answer is asked again until it does', () => {
  const { store, begin, stop, end } = followed()
  for (const times of [2, 3]) {
    store.getState().fail(new TypeError('network'))
    vi.advanceTimersByTime(3000)
    expect(begin).toHaveBeenCalledTimes(times)
  }
  expect(stop).toHaveBeenCalledTimes(2)
  store.getState().ready()
  vi.advanceTimersByTime(60_000)
  expect(begin).toHaveBeenCalledTimes(3)
  end()
})

test('a run that does not exist is not asked for again, nor one that was left', () => {
  const { store, begin, end } = followed()
  store.getState().fail(new Problem(404, { error: 'unknown_run', detail: 'No such run.', hint: '' }))
  vi.advanceTimersByTime(60_000)
  store.getState().fail(new TypeError('network'))
  end()
  vi.advanceTimersByTime(60_000)
  expect(begin).toHaveBeenCalledTimes(1)
})
