import { act, renderHook } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { breakpointsOf, moveBreakpoints, setBreakpoints, toggled, useBreakpoints } from './breakpoints'

afterEach(() => setBreakpoints('report', []))

test('breakpoints are kept in the browser, flow by flow', () => {
  setBreakpoints('report', ['fetch', 'each/check'])
  expect(JSON.parse(localStorage.getItem('agentry-breakpoints') ?? '')).toEqual({
    report: ['fetch', 'each/check'],
  })
  expect(breakpointsOf('other')).toEqual([])
  setBreakpoints('report', [])
  expect(localStorage.getItem('agentry-breakpoints')).toBe('{}')
})

test('a breakpoint goes with a task that is renamed, and with those in it', () => {
  setBreakpoints('report', ['each', 'each/check', 'eaches'])
  moveBreakpoints('report', 'each', 'all')
  expect(breakpointsOf('report')).toEqual(['all', 'all/check', 'eaches'])
})

test('one of a task that is gone does not count', () => {
  const known = new Set(['fetch'])
  const { result } = renderHook(() => useBreakpoints('report', known))
  act(() => setBreakpoints('report', ['fetch', 'gone']))
  expect([...result.current]).toEqual(['fetch'])
})

test('several tasks are all held, then none of them', () => {
  expect(toggled(['a'], ['a', 'b'])).toEqual(['a', 'b'])
  expect(toggled(['a', 'b', 'c'], ['a', 'b'])).toEqual(['c'])
})
