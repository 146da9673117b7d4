import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useHovered } from './hover'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a card counts as hovered after 300 ms, and not once the pointer moved on', () => {
  const { result } = renderHook(useHovered)
  const hover = (path: string | null, ms: number) =>
    act(() => {
      result.current.onHover(path)
      vi.advanceTimersByTime(ms)
    })
  hover('a', 299)
  expect(result.current.hovered).toBeUndefined()
  hover('b', 300)
  expect(result.current.hovered).toBe('b')
  hover(null, 0)
  expect(result.current.hovered).toBeUndefined()
})
