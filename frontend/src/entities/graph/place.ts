/** The tasks of one list -> places: side by side, downward, or layered by the library where `needs` make a real graph. */

import type { Position, Vertex } from '@/shared/api/types'
import { type Footprint, MEASURES, type Solution, type Solve } from './measures'

export type Footprints = ReadonlyMap<string, Footprint>

const CARD: Footprint = { ...MEASURES.card, anchor: MEASURES.card.width / 2, task: MEASURES.card }
export const footprintAt = (prints: Footprints, path: string): Footprint => prints.get(path) ?? CARD

/** Place one list; `gap` stands between the tasks of a column. */
export async function place(
  inside: readonly Vertex[],
  prints: Footprints,
  gap: number,
  solve: Solve,
): Promise<Solution> {
  const edges = inside.flatMap((vertex) =>
    vertex.needs.filter((need) => need !== vertex.path).map((from) => ({ from, to: vertex.path })),
  )
  if (edges.length === 0) return lanes(inside, prints)
  if (isChain(inside)) return column(inside, prints, gap)
  const boxes = inside.map(({ path }) => {
    const print = footprintAt(prints, path)
    return { id: path, width: 2 * reach(print), height: print.height }
  })
  const solved = await solve({ boxes, edges })
  // The library joins the middles of boxes: one that reaches further to the right is asked about as if it did both ways.
  const places = new Map(
    [...solved.places].map(([path, at]) => {
      const print = footprintAt(prints, path)
      return [path, { x: at.x + reach(print) - print.anchor, y: at.y }] as const
    }),
  )
  return { places, bends: solved.bends }
}

const reach = (print: Footprint) => Math.max(print.anchor, print.width - print.anchor)

function isChain(inside: readonly Vertex[]): boolean {
  return inside.every((vertex, at) => {
    const above = inside[at - 1]
    return above ? vertex.needs.length === 1 && vertex.needs[0] === above.path : vertex.needs.length === 0
  })
}

/** A block of cards is to be about twice as wide as high: a card is three times as wide as high. */
const WIDER = 0.6

/** Side by side in source order; many cards wrap into a block that is wider than high. */
function lanes(inside: readonly Vertex[], prints: Footprints): Solution {
  const cards = inside.every(({ path }) => {
    const print = footprintAt(prints, path)
    return print.width === CARD.width && print.height === CARD.height
  })
  const columns =
    cards && inside.length > MEASURES.mostLanes
      ? Math.max(MEASURES.mostLanes, Math.ceil(Math.sqrt(inside.length * WIDER)))
      : inside.length
  const places = new Map<string, Position>()
  let x = 0
  inside.forEach(({ path }, at) => {
    if (at % columns === 0) x = 0
    const row = Math.floor(at / columns)
    places.set(path, { x, y: row * (MEASURES.card.height + MEASURES.lane) })
    x += footprintAt(prints, path).width + MEASURES.lane
  })
  return { places, bends: new Map() }
}

/** Downward, each with its middle below the one above. */
function column(inside: readonly Vertex[], prints: Footprints, gap: number): Solution {
  const middle = Math.max(...inside.map(({ path }) => footprintAt(prints, path).anchor))
  const places = new Map<string, Position>()
  let y = 0
  for (const { path } of inside) {
    const print = footprintAt(prints, path)
    places.set(path, { x: middle - print.anchor, y })
    y += print.height + gap
  }
  return { places, bends: new Map() }
}
