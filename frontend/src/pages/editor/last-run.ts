import { queryOptions } from '@tanstack/react-query'
import { emptyRun, foldAll, type RunEvent } from '@/entities/run'
import { api } from '@/shared/api/client'

const MOST_EVENTS = 1000

/** The last run of a flow, folded from its stored events; null where it never ran. */
export const lastRunQuery = (flow: string) =>
  queryOptions({
    queryKey: ['runs', 'last', flow],
    queryFn: async ({ signal }) => {
      const { runs } = await api.runs({ flow, limit: 1 }, signal)
      const last = runs[0]
      if (!last) return null
      const { events } = await api.events<RunEvent>(last.run_id, 0, MOST_EVENTS, signal)
      return { run: foldAll(emptyRun(last.run_id), events), at: last.created_at }
    },
  })
