/** How an edge runs: down, across, down, with round corners. Pure. */

import { MEASURES, type Route } from '@/entities/graph/layout'
import type { Position } from '@/shared/api/types'

export const RADIUS = 8
const TIP = 6

export type Merge = 'out' | 'in'

/** The corners of an edge from (below) `from` to (above) `to`. */
export function corners(from: Position, to: Position, merge: Merge, route?: Route): Position[] {
  if (route && near(route.end, { x: to.x - from.x, y: to.y - from.y })) {
    return [from, ...route.bends.map((bend) => ({ x: from.x + bend.x, y: from.y + bend.y })), to]
  }
  const drop = to.y - from.y
  if (Math.abs(from.x - to.x) < 1 && drop > 0) return [from, to]
  if (drop >= TIP + 4) {
    const bend = Math.min(MEASURES.bend, drop / 2)
    const y = merge === 'out' ? from.y + bend : to.y - bend
    return [from, { x: from.x, y }, { x: to.x, y }, to]
  }
  // The target was moved beside or above its source: go around.
  const below = from.y + MEASURES.bend
  const above = to.y - MEASURES.bend
  const middle = (from.x + to.x) / 2
  return [
    from,
    { x: from.x, y: below },
    { x: middle, y: below },
    { x: middle, y: above },
    { x: to.x, y: above },
    to,
  ]
}

function near(one: Position, other: Position): boolean {
  return Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1
}

/** Draw a line through corners; the last piece stops under the tip. */
export function draw(points: readonly Position[]): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return ''
  let path = `M${first.x} ${first.y}`
  for (let at = 1; at < points.length - 1; at += 1) {
    const [before, here, after] = [points[at - 1], points[at], points[at + 1]]
    if (!before || !here || !after) continue
    const radius = Math.min(RADIUS, distance(before, here) / 2, distance(here, after) / 2)
    const enter = toward(here, before, radius)
    const leave = toward(here, after, radius)
    path += `L${enter.x} ${enter.y}Q${here.x} ${here.y} ${leave.x} ${leave.y}`
  }
  return `${path}L${last.x} ${last.y - TIP + 2}`
}

/** The tip, 8 by 6, that ends on the card's line. */
export function tip(to: Position): string {
  return `M${to.x - 4} ${to.y - TIP}h8l-4 6z`
}

/** The middle of the longest piece, where a label or `+` stands. */
export function middleOf(points: readonly Position[]): Position {
  let best: Position = points[0] ?? { x: 0, y: 0 }
  let longest = -1
  for (let at = 1; at < points.length; at += 1) {
    const [one, other] = [points[at - 1], points[at]]
    if (!one || !other || distance(one, other) <= longest) continue
    longest = distance(one, other)
    best = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }
  }
  return best
}

function distance(one: Position, other: Position): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y)
}

function toward(from: Position, to: Position, by: number): Position {
  const length = distance(from, to)
  if (length === 0) return from
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by }
}
