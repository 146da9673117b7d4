import { QueryClient, queryOptions } from '@tanstack/react-query'
import { api, type RunsAsked } from './client'
import { Problem } from './problem'

/** One cache for the tab. A refusal is final, a silent studio is asked again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => !(error instanceof Problem) && failures < 3,
    },
  },
})

export const studioQuery = queryOptions({
  queryKey: ['studio'],
  queryFn: ({ signal }) => api.studio(signal),
  staleTime: 60_000,
})

export const flowsQuery = queryOptions({ queryKey: ['flows'], queryFn: ({ signal }) => api.flows(signal) })

export const flowQuery = (name: string) =>
  queryOptions({ queryKey: ['flow', name], queryFn: ({ signal }) => api.flow(name, signal) })

export const runQuery = (runId: string) =>
  queryOptions({ queryKey: ['run', runId], queryFn: ({ signal }) => api.run(runId, signal) })

export const approvalsQuery = (status: 'open' | 'decided') =>
  queryOptions({
    queryKey: ['approvals', status],
    queryFn: ({ signal }) => api.approvals(status, signal),
  })

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', 'one', approvalId],
    queryFn: ({ signal }) => api.approval(approvalId, signal),
  })

export const runFilesQuery = (runId: string) =>
  queryOptions({ queryKey: ['run', runId, 'files'], queryFn: ({ signal }) => api.runFiles(runId, signal) })

export const runsQuery = (asked: RunsAsked) =>
  queryOptions({ queryKey: ['runs', 'first', asked], queryFn: ({ signal }) => api.runs(asked, signal) })

/** Everything that starts flows by itself, of all flows. */
export const triggersQuery = queryOptions({
  queryKey: ['triggers'],
  queryFn: ({ signal }) => api.triggers(signal),
})

export const flowTriggersQuery = (name: string) =>
  queryOptions({
    queryKey: ['triggers', 'of', name],
    queryFn: ({ signal }) => api.flowTriggers(name, signal),
  })
