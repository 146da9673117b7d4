/** Durations as people write them: `90s`, `15m`, `PT1H30M`; the mirror of `agentry.flow.units`. */

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const
const MS: Readonly<Record<string, number>> = { ...UNITS, w: 604_800_000 }
const SHORT = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g
const N = '(\\d+(?:\\.\\d+)?)'
const ISO = new RegExp(`^P(?=[\\dT])(?:${N}W)?(?:${N}D)?(?:T(?=\\d)(?:${N}H)?(?:${N}M)?(?:${N}S)?)?$`)
const MOST = 3650 * UNITS.d
const MOST_LETTERS = 40

/** Milliseconds, or null where a text is no duration of at most ten years. */
export function parseDuration(written: string): number | null {
  const text = written.trim()
  if (text.length > MOST_LETTERS) return null
  const total = SHORT.test(text)
    ? [...text.matchAll(PART)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (MS[unit ?? ''] ?? 0),
        0,
      )
    : isoMs(text)
  return total === null || total > MOST ? null : Math.round(total)
}

function isoMs(text: string): number | null {
  const found = ISO.exec(text)
  if (!found) return null
  return ['w', 'd', 'h', 'm', 's'].reduce(
    (sum, unit, at) => sum + Number(found[at + 1] ?? 0) * (MS[unit] ?? 0),
    0,
  )
}

/** Milliseconds as people write them: `1h30m`; days are the largest unit. */
export function durationText(ms: number): string {
  let rest = ms
  const parts = Object.entries(UNITS).map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count > 0 ? `${count}${unit}` : ''
  })
  return parts.join('') || '0s'
}
