/** Steps between ticks in ms, from a tenth of a second to a day. */
const STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
]

const MOST_TICKS = 8
/** Room at the right for the words beside the last bar; more while the run goes on. */
const ROOM = { going: 1.22, ended: 1.1 }

export type Scale = {
  from: number
  /** The whole width in ms. */
  width: number
  ticks: { at: number; left: string }[]
  /** The place of a moment, in percent of the width. */
  left: (at: number) => number
}

/** A ruler from the first to the last moment of a run. */
export function makeScale(from: number, to: number, going = false): Scale {
  const width = Math.max(1, (to - from) * (going ? ROOM.going : ROOM.ended))
  const step = STEPS.find((one) => width / one <= MOST_TICKS) ?? width / MOST_TICKS
  const left = (at: number) => Math.max(0, Math.min(100, ((at - from) / width) * 100))
  const ticks = []
  for (let at = step; at < width * 0.99; at += step) ticks.push({ at, left: `${(at / width) * 100}%` })
  return { from, width, ticks, left }
}
