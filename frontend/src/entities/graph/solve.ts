/** The layout library behind `arrange`: loaded on first need, in a worker of its own (450 kB gzipped). */

import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api'
import type { Puzzle, Solution } from './measures'
import { edgeKey, MEASURES } from './measures'

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.separateConnectedComponents': 'false',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.spacing.nodeNode': String(MEASURES.lane * 2),
  'elk.spacing.edgeNode': String(MEASURES.lane),
  'elk.spacing.edgeEdge': String(MEASURES.lane),
  'elk.layered.spacing.nodeNodeBetweenLayers': String(MEASURES.branch),
  'elk.layered.spacing.edgeNodeBetweenLayers': String(MEASURES.bend),
  'elk.layered.spacing.edgeEdgeBetweenLayers': String(MEASURES.lane),
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
  'elk.layered.mergeEdges': 'true',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  // A high frame does not push down what stands beside it.
  'elk.layered.compaction.postCompaction.strategy': 'LEFT',
}

let library: Promise<ELK> | null = null

async function open(): Promise<ELK> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ])
  return new Elk({ workerFactory: () => new Worker(workerUrl) })
}

/** Ask the library, by default the one in the worker. */
export async function solve(puzzle: Puzzle, elk?: ELK): Promise<Solution> {
  library ??= elk ? Promise.resolve(elk) : open()
  const asked: ElkNode = {
    id: '',
    layoutOptions: OPTIONS,
    children: puzzle.boxes.map((box) => ({ ...box })),
    edges: puzzle.edges.map((edge) => ({
      id: edgeKey(edge.from, edge.to),
      sources: [edge.from],
      targets: [edge.to],
    })),
  }
  const solved = await (elk ?? (await library)).layout(asked)
  return {
    places: new Map((solved.children ?? []).map((box) => [box.id, { x: box.x ?? 0, y: box.y ?? 0 }])),
    bends: new Map(
      (solved.edges ?? []).map((edge: ElkExtendedEdge) => [edge.id, edge.sections?.[0]?.bendPoints ?? []]),
    ),
  }
}
