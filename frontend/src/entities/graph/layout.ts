/** Graph -> places: cards of one size, frames around children, downward in source order. Runs in any thread. */

import type { Graph, Position, Vertex } from '@/shared/api/types'

/** The measures of tokens.css that a layout must know, in px. */
export const MEASURES = {
  card: { width: 208, height: 68 },
  head: 30,
  inset: 12,
  lane: 12,
  step: 20,
  topStep: 28,
  branch: 36,
  bend: 18,
  pill: { height: 24, gap: 22 },
  mostLanes: 4,
} as const

/** A place inside the parent frame (or the flow). */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How an edge bends: offsets from its start, and where its end lay then. */
export interface Route {
  readonly bends: readonly Position[]
  readonly end: Position
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>
  readonly routes: ReadonlyMap<string, Route>
  readonly width: number
  readonly height: number
}

/** What the layout library is asked: boxes of known sizes and edges between them, and what it gives back. */
export interface Puzzle {
  readonly boxes: readonly { readonly id: string; readonly width: number; readonly height: number }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}
export interface Solution {
  readonly places: ReadonlyMap<string, Position>
  readonly bends: ReadonlyMap<string, readonly Position[]>
}
export type Solve = (puzzle: Puzzle) => Promise<Solution>

export const edgeKey = (from: string, to: string) => `${from}>${to}`

interface Placed {
  readonly places: ReadonlyMap<string, Position>
  readonly bends: ReadonlyMap<string, readonly Position[]>
}

/**
 * Place every task. Rows and columns are placed here; only lists whose `needs` make a real graph ask `solve`.
 * `moved` holds places inside the parent for the tasks that a person moved.
 */
export async function arrange(
  graph: Graph,
  moved: { readonly [path: string]: Position },
  solve: Solve,
): Promise<Layout> {
  const boxes = new Map<string, Box>()
  const routes = new Map<string, Route>()
  const children = childrenOf(graph)
  const top = graph.inputs.length > 0 ? MEASURES.pill.height + MEASURES.pill.gap : 0

  /** Place the children of one frame and return the size of what they fill. */
  async function fill(parent: string): Promise<{ width: number; height: number }> {
    const inside = children.get(parent) ?? []
    const sizes = new Map<string, { width: number; height: number }>()
    for (const vertex of inside) sizes.set(vertex.path, await sizeOf(vertex))
    const placed = await place(parent, inside, sizes, solve)
    const origin = parent === '' ? { x: 0, y: top } : { x: MEASURES.inset, y: MEASURES.head }
    let width = 0
    let height = 0
    for (const vertex of inside) {
      const size = sizes.get(vertex.path) ?? MEASURES.card
      const auto = placed.places.get(vertex.path) ?? { x: 0, y: 0 }
      const hand = moved[vertex.path]
      const at = hand ? within(hand, parent) : { x: origin.x + auto.x, y: origin.y + auto.y }
      boxes.set(vertex.path, { ...at, ...size })
      width = Math.max(width, at.x + size.width)
      height = Math.max(height, at.y + size.height)
    }
    for (const [key, bends] of placed.bends) {
      const route = relative(key, bends, placed.places, sizes)
      if (route) routes.set(key, route)
    }
    return { width, height }
  }

  async function sizeOf(vertex: Vertex): Promise<{ width: number; height: number }> {
    if (!isFrame(vertex)) return MEASURES.card
    if (!children.has(vertex.path)) {
      const { card, head, inset } = MEASURES
      return { width: card.width + 2 * inset, height: head + card.height + inset }
    }
    const { width, height } = await fill(vertex.path)
    return { width: width + MEASURES.inset, height: height + MEASURES.inset }
  }

  const whole = await fill('')
  return { boxes, routes, ...whole }
}

export function isFrame(vertex: Vertex): boolean {
  return vertex.kind === 'sequential' || vertex.kind === 'parallel'
}

/** A child cannot leave its frame at the head or the left: its frame grows to the right and downward only. */
export function within(at: Position, parent: string): Position {
  if (parent === '') return at
  return { x: Math.max(MEASURES.inset, at.x), y: Math.max(MEASURES.head, at.y) }
}

export function childrenOf(graph: Graph): Map<string, Vertex[]> {
  const children = new Map<string, Vertex[]>()
  for (const vertex of graph.vertices) {
    const list = children.get(vertex.parent)
    if (list) list.push(vertex)
    else children.set(vertex.parent, [vertex])
  }
  return children
}

type Sizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>

async function place(parent: string, inside: readonly Vertex[], sizes: Sizes, solve: Solve): Promise<Placed> {
  const edges = inside.flatMap((vertex) =>
    vertex.needs.filter((need) => need !== vertex.path).map((from) => ({ from, to: vertex.path })),
  )
  if (edges.length === 0) return lanes(inside, sizes)
  if (isChain(inside)) return column(inside, sizes, parent === '' ? MEASURES.topStep : MEASURES.step)
  const boxes = inside.map((vertex) => ({ id: vertex.path, ...(sizes.get(vertex.path) ?? MEASURES.card) }))
  return solve({ boxes, edges })
}

function isChain(inside: readonly Vertex[]): boolean {
  return inside.every((vertex, at) => {
    const above = inside[at - 1]
    return above ? vertex.needs.length === 1 && vertex.needs[0] === above.path : vertex.needs.length === 0
  })
}

/** A block of cards is to be about twice as wide as high: a card is three times as wide as high. */
const WIDER = 0.6

/** Side by side in source order; many cards wrap into a block that is wider than high. */
function lanes(inside: readonly Vertex[], sizes: Sizes): Placed {
  const many = inside.length > MEASURES.mostLanes && !inside.some(isFrame)
  const columns = many
    ? Math.max(MEASURES.mostLanes, Math.ceil(Math.sqrt(inside.length * WIDER)))
    : inside.length
  const places = new Map<string, Position>()
  let x = 0
  inside.forEach((vertex, at) => {
    if (at % columns === 0) x = 0
    const row = Math.floor(at / columns)
    places.set(vertex.path, { x, y: row * (MEASURES.card.height + MEASURES.lane) })
    x += (sizes.get(vertex.path)?.width ?? MEASURES.card.width) + MEASURES.lane
  })
  return { places, bends: new Map() }
}

/** Downward, each centred on the widest. */
function column(inside: readonly Vertex[], sizes: Sizes, gap: number): Placed {
  const widest = Math.max(...inside.map((vertex) => sizes.get(vertex.path)?.width ?? MEASURES.card.width))
  const places = new Map<string, Position>()
  let y = 0
  for (const vertex of inside) {
    const size = sizes.get(vertex.path) ?? MEASURES.card
    places.set(vertex.path, { x: (widest - size.width) / 2, y })
    y += size.height + gap
  }
  return { places, bends: new Map() }
}

function relative(
  key: string,
  bends: readonly Position[],
  places: ReadonlyMap<string, Position>,
  sizes: Sizes,
): Route | null {
  const [from = '', to = ''] = key.split('>')
  const [start, end] = [places.get(from), places.get(to)]
  const [first, last] = [sizes.get(from), sizes.get(to)]
  if (!start || !end || !first || !last) return null
  const origin = { x: start.x + first.width / 2, y: start.y + first.height }
  return {
    bends: bends.map((bend) => ({ x: bend.x - origin.x, y: bend.y - origin.y })),
    end: { x: end.x + last.width / 2 - origin.x, y: end.y - origin.y },
  }
}
