/** Graph -> places: cards of one size, frames around children, downward in source order. Runs in any thread. */

import type { Graph, Position, Vertex } from '@/shared/api/types'
import { LIST_NAMES, stepOf } from '../document/lists'
import { type Branches, branchesOf } from './branches'
import { type Box, type Footprint, MEASURES, type Size, type Solution, type Solve } from './measures'
import { type Footprints, footprintAt, place } from './place'

export { type Box, edgeKey, MEASURES, type Puzzle, type Solution, type Solve } from './measures'

/** How an edge bends: offsets from its start, and where its end lay then. */
export interface Route {
  readonly bends: readonly Position[]
  readonly end: Position
}

/** One branch of a condition inside its frame; `box` is the stub where it has no tasks. */
export interface Lane {
  readonly name: string
  readonly empty: boolean
  readonly box: Box
}

/** The line of a loop inside its frame, from the left of the last task to the left of the first. */
export interface Return {
  readonly from: Position
  readonly to: Position
}

export interface Layout {
  /** Of every task by its path, and of every list for what goes wrong: `build/on_error`. */
  readonly boxes: ReadonlyMap<string, Box>
  readonly routes: ReadonlyMap<string, Route>
  readonly lanes: ReadonlyMap<string, readonly Lane[]>
  readonly returns: ReadonlyMap<string, Return>
  readonly width: number
  readonly height: number
}

/**
 * Place every task. Rows and columns are placed here; only lists whose `needs` make a real graph ask `solve`.
 * `moved` holds places inside the parent for the tasks that a person moved.
 */
export async function arrange(
  graph: Graph,
  moved: { readonly [path: string]: Position },
  solve: Solve,
  branches: Branches = branchesOf(graph, null),
): Promise<Layout> {
  const boxes = new Map<string, Box>()
  const routes = new Map<string, Route>()
  const lanes = new Map<string, readonly Lane[]>()
  const returns = new Map<string, Return>()
  const lists = listsOf(graph)
  const top = graph.inputs.length > 0 ? MEASURES.pill.height + MEASURES.pill.gap : 0

  /** Place the tasks of one list with its top left corner at `origin`; return how far they reach. */
  async function fill(list: string, origin: Position): Promise<Size> {
    const inside = lists.get(list) ?? []
    const prints = new Map<string, Footprint>()
    for (const vertex of inside) prints.set(vertex.path, await footprintOf(vertex))
    const gap = list === '' ? MEASURES.topStep : MEASURES.step
    const placed = await place(inside, prints, gap, solve)
    let [width, height] = [0, 0]
    for (const vertex of inside) {
      const print = footprintAt(prints, vertex.path)
      const auto = placed.places.get(vertex.path) ?? { x: 0, y: 0 }
      const hand = moved[vertex.path]
      const at = hand ? within(hand, list, origin.y) : { x: origin.x + auto.x, y: origin.y + auto.y }
      boxes.set(vertex.path, { ...at, ...print.task })
      setAside(vertex.path, at, print.task)
      width = Math.max(width, at.x + print.width)
      height = Math.max(height, at.y + print.height)
    }
    for (const [key, bends] of placed.bends) {
      const route = relative(key, bends, placed, prints)
      if (route) routes.set(key, route)
    }
    return { width, height }
  }

  async function sizeOf(vertex: Vertex): Promise<Size> {
    const { card, head, inset } = MEASURES
    if (!isFrame(vertex)) return card
    if (vertex.kind === 'condition') return sizeOfBranches(vertex.path)
    if (!lists.has(vertex.path)) return { width: card.width + 2 * inset, height: head + card.height + inset }
    const { width, height } = await fill(vertex.path, { x: inset, y: head })
    const line = vertex.kind === 'loop' ? returnOf(lists.get(vertex.path) ?? [], boxes) : null
    if (line) returns.set(vertex.path, line)
    return { width: width + inset, height: height + inset }
  }

  async function sizeOfBranches(path: string): Promise<Size> {
    const { head, label, inset, between, stub } = MEASURES
    const drawn: Lane[] = []
    const y = head + label
    let [x, bottom] = [inset as number, y as number]
    for (const name of branches.get(path) ?? []) {
      const list = `${path}/${stepOf(name)}`
      const empty = !lists.has(list)
      const reached = empty ? { width: x + stub.width, height: y + stub.height } : await fill(list, { x, y })
      drawn.push({ name, empty, box: { x, y, width: reached.width - x, height: reached.height - y } })
      x = reached.width + between
      bottom = Math.max(bottom, reached.height)
    }
    lanes.set(path, drawn)
    return { width: Math.max(x - between, MEASURES.card.width + inset) + inset, height: bottom + inset }
  }

  /** A task with its lists for what goes wrong at its right. */
  async function footprintOf(vertex: Vertex): Promise<Footprint> {
    const task = await sizeOf(vertex)
    let [width, height] = [task.width, 0]
    for (const name of LIST_NAMES) {
      const list = `${vertex.path}/${name}`
      if (!lists.has(list)) continue
      const inner = await fill(list, { x: MEASURES.inset, y: MEASURES.head })
      const box = { width: inner.width + MEASURES.inset, height: inner.height + MEASURES.inset }
      boxes.set(list, { x: MEASURES.aside, y: height, ...box })
      width = Math.max(width, task.width + MEASURES.aside + box.width)
      height += box.height + MEASURES.lane
    }
    height = Math.max(task.height, height - MEASURES.lane)
    return { width, height, anchor: task.width / 2, task }
  }

  /** Move the lists beside a task to where the task has come to stand. */
  function setAside(path: string, at: Position, task: Size): void {
    for (const name of LIST_NAMES) {
      const box = boxes.get(`${path}/${name}`)
      if (box) boxes.set(`${path}/${name}`, { ...box, x: at.x + task.width + box.x, y: at.y + box.y })
    }
  }

  const whole = await fill('', { x: 0, y: top })
  return { boxes, routes, lanes, returns, ...whole }
}

const FRAMES: ReadonlySet<string> = new Set(['sequential', 'parallel', 'condition', 'loop'])

export function isFrame(vertex: Pick<Vertex, 'kind'>): boolean {
  return FRAMES.has(vertex.kind)
}

/** A child cannot leave its frame at the head or the left: its frame grows to the right and downward only. */
export function within(at: Position, parent: string, top: number = MEASURES.head): Position {
  if (parent === '') return at
  return { x: Math.max(MEASURES.inset, at.x), y: Math.max(top, at.y) }
}

export function childrenOf(graph: Graph): Map<string, Vertex[]> {
  return grouped(graph.vertices, (vertex) => vertex.parent)
}

/** The tasks of every list by what their paths start with: '', `gather`, `risk/then`, `build/on_error`. */
function listsOf(graph: Graph): Map<string, Vertex[]> {
  return grouped(graph.vertices, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
}

function grouped(vertices: readonly Vertex[], keyOf: (vertex: Vertex) => string): Map<string, Vertex[]> {
  const groups = new Map<string, Vertex[]>()
  for (const vertex of vertices) {
    const group = groups.get(keyOf(vertex))
    if (group) group.push(vertex)
    else groups.set(keyOf(vertex), [vertex])
  }
  return groups
}

/** From the lowest task back to the highest, at their left. A lone task returns to itself. */
function returnOf(body: readonly Vertex[], boxes: ReadonlyMap<string, Box>): Return | null {
  const inside = body.flatMap(({ path }) => boxes.get(path) ?? [])
  const [first, ...rest] = inside
  if (!first) return null
  const highest = rest.reduce((one, other) => (other.y < one.y ? other : one), first)
  const lowest = rest.reduce(
    (one, other) => (other.y + other.height > one.y + one.height ? other : one),
    first,
  )
  const { card } = MEASURES
  const from = { x: lowest.x, y: lowest.y + lowest.height - card.height / 2 }
  const to = { x: highest.x, y: highest.y + card.height / 2 }
  if (from.y - to.y >= card.height / 2) return { from, to }
  return {
    from: { x: from.x, y: from.y + card.height / 4 },
    to: { x: to.x, y: to.y - card.height / 4 },
  }
}

function relative(
  key: string,
  bends: readonly Position[],
  { places }: Solution,
  prints: Footprints,
): Route | null {
  const [from = '', to = ''] = key.split('>')
  const [start, end] = [places.get(from), places.get(to)]
  const [first, last] = [prints.get(from), prints.get(to)]
  if (!start || !end || !first || !last) return null
  const origin = { x: start.x + first.anchor, y: start.y + first.task.height }
  return {
    bends: bends.map((bend) => ({ x: bend.x - origin.x, y: bend.y - origin.y })),
    end: { x: end.x + last.anchor - origin.x, y: end.y - origin.y },
  }
}
