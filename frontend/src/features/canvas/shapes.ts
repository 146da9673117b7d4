/** Layout and faces -> what React Flow draws. Objects that say the same stay the same. */

import { Position } from '@xyflow/react'
import { LIST_NAMES } from '@/entities/document/lists'
import { standsIn } from '@/entities/graph/branches'
import { edgeKey, type Layout, MEASURES } from '@/entities/graph/layout'
import type { Graph, Position as Place, Vertex } from '@/shared/api/types'
import type { AsideNode } from './aside'
import type { WireEdge } from './edge'
import type { Face } from './face'
import type { AnyNode, TaskNode } from './nodes'

export const INPUTS = 'inputs>'
const PILL_LETTER = 6.7
const PILL_PADDING = 36
const PILL_GAP = 8

/** The nodes, parents before children as React Flow wants them. */
export function nodesOf(
  graph: Graph,
  layout: Layout,
  faces: ReadonlyMap<string, Face>,
  selected: ReadonlySet<string>,
  dragged: ReadonlyMap<string, Place>,
  before: ReadonlyMap<string, AnyNode>,
): AnyNode[] {
  const nodes: AnyNode[] = []
  if (graph.inputs.length > 0) nodes.push(kept(before, inputsNode(graph, layout)))
  for (const vertex of graph.vertices) {
    const box = layout.boxes.get(vertex.path)
    const face = faces.get(vertex.path)
    if (!box || !face) continue
    const { width, height } = box
    nodes.push(
      kept(before, {
        id: vertex.path,
        type: face.frame ? 'frame' : 'card',
        position: dragged.get(vertex.path) ?? { x: box.x, y: box.y },
        data: {
          face,
          ...innerOf(layout, vertex.path),
        },
        width,
        height,
        measured: { width, height },
        handles: ports(width, height),
        selected: selected.has(vertex.path),
        focusable: false,
        ...(standsIn(vertex) ? { parentId: standsIn(vertex) } : {}),
      }),
    )
    for (const list of LIST_NAMES) {
      const aside = asideNode(layout, vertex, list)
      if (aside) nodes.push(kept(before, aside))
    }
  }
  return nodes
}

function kept(before: ReadonlyMap<string, AnyNode>, node: AnyNode): AnyNode {
  const old = before.get(node.id)
  const same =
    old &&
    old.position.x === node.position.x &&
    old.position.y === node.position.y &&
    old.width === node.width &&
    old.height === node.height &&
    old.selected === node.selected &&
    old.parentId === node.parentId &&
    old.type === node.type &&
    ('face' in old.data && 'face' in node.data
      ? old.data.face === node.data.face &&
        old.data.line === node.data.line &&
        old.data.lanes === node.data.lanes
      : JSON.stringify(old.data) === JSON.stringify(node.data))
  return same ? old : node
}

/** The branches or the return line of a frame. */
function innerOf(layout: Layout, path: string): Pick<TaskNode['data'], 'lanes' | 'line'> {
  const lanes = layout.lanes.get(path)
  const line = layout.returns.get(path)
  return { ...(lanes ? { lanes } : {}), ...(line ? { line } : {}) }
}

/** The ground of what is done when a task fails or expires; it goes where its task goes. */
function asideNode(layout: Layout, owner: Vertex, list: string): AsideNode | null {
  const box = layout.boxes.get(`${owner.path}/${list}`)
  const task = layout.boxes.get(owner.path)
  if (!box || !task) return null
  const { width, height } = box
  return {
    id: `${owner.path}/${list}`,
    type: 'aside',
    // Inside its task, so that both move as one.
    parentId: owner.path,
    position: { x: box.x - task.x, y: box.y - task.y },
    data: { owner: owner.path, list },
    width,
    height,
    measured: { width, height },
    draggable: false,
    selectable: false,
    connectable: false,
    focusable: false,
  }
}

function ports(width: number, height: number) {
  const port = { x: width / 2, width: 0, height: 0 }
  return [
    { ...port, type: 'target' as const, position: Position.Top, y: 0 },
    { ...port, type: 'source' as const, position: Position.Bottom, y: height },
  ]
}

function inputsNode(graph: Graph, layout: Layout): AnyNode {
  const letters = `inputs${graph.inputs.join('')}`.length
  const width = Math.round(letters * PILL_LETTER + graph.inputs.length * PILL_GAP + PILL_PADDING / 2)
  const roots = rootsOf(graph).flatMap((path) => layout.boxes.get(path) ?? [])
  const middles = roots.map((box) => box.x + box.width / 2)
  const middle = middles.length > 0 ? (Math.min(...middles) + Math.max(...middles)) / 2 : width / 2
  const { height } = MEASURES.pill
  return {
    id: INPUTS,
    type: 'inputs',
    position: { x: middle - width / 2, y: 0 },
    data: { names: graph.inputs },
    width,
    height,
    measured: { width, height },
    handles: ports(width, height),
    draggable: false,
    selectable: false,
    connectable: false,
    focusable: false,
  }
}

function rootsOf(graph: Graph): string[] {
  return graph.vertices
    .filter((vertex) => vertex.parent === '' && vertex.needs.length === 0)
    .map((v) => v.path)
}

/** The edges: every `needs`, and the inputs into what starts the flow. */
export function edgesOf(graph: Graph, layout: Layout): WireEdge[] {
  const pairs = graph.edges.filter((edge) => edge.from !== edge.to)
  const into = tally(pairs.map((edge) => edge.to))
  const edges: WireEdge[] = pairs.map(({ from, to }) => {
    const route = layout.routes.get(edgeKey(from, to))
    return {
      id: edgeKey(from, to),
      type: 'wire',
      source: from,
      target: to,
      // Several edges into one card share one trunk.
      data: { merge: (into.get(to) ?? 0) > 1 ? 'in' : 'out', ...(route ? { route } : {}) },
      focusable: false,
      selectable: false,
    }
  })
  if (graph.inputs.length === 0) return edges
  const fromInputs = rootsOf(graph).map(
    (to): WireEdge => ({
      id: edgeKey(INPUTS, to),
      type: 'wire',
      source: INPUTS,
      target: to,
      data: { merge: 'out', fixed: true },
      focusable: false,
      selectable: false,
    }),
  )
  return [...fromInputs, ...edges]
}

function tally(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1)
  return counts
}

/** Why no edge may go from one task to another; '' where it may. */
export function refusal(graph: Graph, from: string, to: string): string {
  if (from === to) return 'Is the task itself'
  const list = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const parent = (path: string) => graph.vertices.find((vertex) => vertex.path === path)?.parent
  if (parent(from) !== parent(to)) return 'In another frame'
  if (list(from) !== list(to)) return 'In another branch'
  if (graph.edges.some((edge) => edge.from === from && edge.to === to)) return 'Waits for it already'
  return reaches(graph, to, from) ? 'Would make a cycle' : ''
}

function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>([from])
  const waiting = [from]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (path === to) return true
    for (const edge of graph.edges) {
      if (edge.from === path && !seen.has(edge.to)) {
        seen.add(edge.to)
        waiting.push(edge.to)
      }
    }
  }
  return false
}
