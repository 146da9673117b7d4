import { queryOptions } from '@tanstack/react-query'
import { emptyRun, foldAll, type RunEvent, type RunState } from '@/entities/run'
import { api } from '@/shared/api/client'
import type { Graph, Json } from '@/shared/api/types'
import { type Stock, stockOf } from './outputs'

const RUNS = 5
const PAGE = 1000
const MOST_PAGES = 20

/** What stands in for the tasks before one: outputs of the run that is shown, or else of the newest that has them. */
export const stockQuery = (
  flow: string,
  path: string,
  graph: Graph,
  pinned: ReadonlyMap<string, Json>,
  shown: string | null,
) =>
  queryOptions({
    queryKey: ['runs', 'stock', flow, path, shown],
    queryFn: ({ signal }) => stockFor(flow, path, graph, pinned, shown, signal),
    staleTime: 0,
    gcTime: 0,
  })

async function stockFor(
  flow: string,
  path: string,
  graph: Graph,
  pinned: ReadonlyMap<string, Json>,
  shown: string | null,
  signal: AbortSignal,
): Promise<Stock> {
  const states: RunState[] = []
  let stock = stockOf(graph, path, states, pinned)
  if (stock.missing.length === 0) return stock
  const { runs } = await api.runs({ flow, limit: RUNS }, signal)
  const ids = [shown, ...runs.map((run) => run.run_id)].filter((id) => id !== null)
  for (const id of new Set(ids)) {
    states.push(await stateOf(id, signal))
    stock = stockOf(graph, path, states, pinned)
    if (stock.missing.length === 0) break
  }
  return stock
}

async function stateOf(runId: string, signal: AbortSignal): Promise<RunState> {
  let run = emptyRun(runId)
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { events, last_seq } = await api.events<RunEvent>(runId, run.lastSeq, PAGE, signal)
    run = foldAll(run, events)
    if (events.length === 0 || run.lastSeq >= last_seq) break
  }
  return run
}
