import { expect, test } from 'vitest'
import { makeScale } from './scale'

test.each([
  [800, [200, 400, 600, 800]],
  [23_000, [5000, 10_000, 15_000, 20_000, 25_000]],
  [200_000, [30_000, 60_000, 90_000, 120_000, 150_000, 180_000, 210_000]],
])('a run of %i ms has round ticks', (ms, ticks) =>
  expect(makeScale(1000, 1000 + ms).ticks.map(({ at }) => at)).toEqual(ticks),
)

test('a run without length still has a ruler', () => expect(makeScale(5, 5).left(5)).toBe(0))

test('nothing stands outside the ruler', () => {
  const scale = makeScale(1000, 2000)
  expect(scale.left(0)).toBe(0)
  expect(scale.left(9_999_999)).toBe(100)
  expect(scale.left(1550)).toBeCloseTo(50)
})
