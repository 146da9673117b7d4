/** Arrow keys: the nearest card in a direction. Pure. */

import type { Position } from '@/shared/api/types'

export type Way = 'up' | 'down' | 'left' | 'right'

/** The path that an arrow leads to from `here`, or null at the rim. Sideways distance counts double. */
export function step(centres: ReadonlyMap<string, Position>, here: string, way: Way): string | null {
  const from = centres.get(here)
  if (!from) return centres.keys().next().value ?? null
  let best: string | null = null
  let least = Number.POSITIVE_INFINITY
  for (const [path, to] of centres) {
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    const [along, aside] = way === 'up' || way === 'down' ? [dy, dx] : [dx, dy]
    const forward = way === 'up' || way === 'left' ? -along : along
    if (path === here || forward < 1) continue
    const far = forward + 2 * Math.abs(aside)
    if (far < least) {
      least = far
      best = path
    }
  }
  return best
}
