/** Durations as people write them: `90s`, `15m`, `PT1H30M`. */

import { LIMITS } from './language'

const MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const SHORT = /^(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+$/
const PART = /([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])/g
const NUMBER = '([0-9]+(?:\\.[0-9]+)?)'
const ISO = new RegExp(
  `^P(?=[0-9T])(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?=[0-9])(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
)
const ISO_UNITS = ['w', 'd', 'h', 'm', 's']
const MOST_LETTERS = 40

/** Whether a text is a duration of at most ten years. */
export function isDuration(written: string): boolean {
  const text = written.trim()
  if (text.length > MOST_LETTERS) return false
  const parts = SHORT.test(text)
    ? [...text.matchAll(PART)].map(([, count, unit]) => Number(count) * (MS[unit ?? ''] ?? 0))
    : ISO.exec(text)
        ?.slice(1)
        .map((count, at) => Number(count ?? 0) * (MS[ISO_UNITS[at] ?? ''] ?? 0))
  return parts !== undefined && parts.reduce((sum, part) => sum + part, 0) <= LIMITS.duration_ms
}
