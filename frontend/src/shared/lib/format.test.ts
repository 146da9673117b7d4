import { expect, test } from 'vitest'
import { ago, clock, cost, count, duration, left, stamp } from './format'

test.each([
  [25, '25 ms'],
  [400, '0.4s'],
  [1120, '1.1s'],
  [38_000, '38s'],
  [107_000, '1m 47s'],
  [59_600, '1m 00s'],
  [7_500_000, '2h 05m'],
])('a length of %i ms reads %s', (ms, text) => expect(duration(ms)).toBe(text))

test.each([
  [23_000, '0:23'],
  [142_000, '2:22'],
  [3_849_000, '1:04:09'],
  [-5, '0:00'],
])('a clock at %i ms reads %s', (ms, text) => expect(clock(ms)).toBe(text))

test('a stamp has tenths', () => expect(stamp(6_140)).toBe('0:06.1'))

test.each([
  [0, '0'],
  [999, '999'],
  [11_900, '11.9k'],
  [1_250_000, '1.3M'],
])('a count of %i reads %s', (value, text) => expect(count(value)).toBe(text))

test.each([
  [0, '$0.00'],
  [0.0004, '<$0.001'],
  [0.014, '$0.014'],
  [1.12, '$1.12'],
])('a cost of %d reads %s', (value, text) => expect(cost(value)).toBe(text))

test.each([
  [10_000, 'just now'],
  [240_000, '4 min ago'],
  [7_200_000, '2 h ago'],
])('%i ms ago reads %s', (past, text) => expect(ago(1_790_000_000_000 - past, 1_790_000_000_000)).toBe(text))

test('after a day the date stands', () =>
  expect(ago(Date.UTC(2026, 10, 19, 12), Date.UTC(2026, 10, 23, 12))).toBe('Nov 19'))

test('the time left loses detail with distance', () => {
  expect(left(760_000, 0)).toBe('12:40')
  expect(left(86_340_000, 0)).toBe('23 h 59 m')
  expect(left(200_000_000, 0)).toBe('2 d')
  expect(left(0, 5)).toBe('expired')
})
