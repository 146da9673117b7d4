import { Problem } from './problem'
import type {
  Approval,
  Checked,
  Flow,
  FlowSummary,
  Json,
  JsonObject,
  Position,
  ProblemBody,
  Run,
  RunFile,
  RunSummary,
  Saved,
  Studio,
  Tool,
} from './types'

export const ROOT = '/api/v1'

type Ask = {
  method?: 'GET' | 'POST' | 'PUT'
  body?: Json | object
  headers?: Record<string, string>
  query?: Record<string, string | number | undefined>
  signal?: AbortSignal | undefined
}

/** Fetch JSON from the studio; throw a `Problem` when it refuses. */
export async function request<T>(path: string, ask: Ask = {}): Promise<T> {
  const { method = 'GET', body, headers = {}, query = {}, signal } = ask
  const asked = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) asked.set(key, String(value))
  const suffix = asked.size > 0 ? `?${asked}` : ''
  const response = await fetch(`${ROOT}${path}${suffix}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  if (!response.ok) throw await refused(response)
  return (await response.json()) as T
}

async function refused(response: Response): Promise<Problem> {
  const fallback = {
    error: `http_${response.status}`,
    detail: `The studio answered ${response.status} ${response.statusText}.`,
  }
  try {
    const body = (await response.json()) as Partial<ProblemBody>
    return new Problem(response.status, { ...fallback, ...body })
  } catch {
    return new Problem(response.status, fallback)
  }
}

const at = encodeURIComponent

export const api = {
  studio: (signal?: AbortSignal) => request<Studio>('/studio', { signal }),
  flows: (signal?: AbortSignal) => request<{ flows: FlowSummary[] }>('/flows', { signal }),
  flow: (name: string, signal?: AbortSignal) => request<Flow>(`/flows/${at(name)}`, { signal }),
  /** Write the text if `base` is still the stored revision; 409 `stale_revision` carries `current`. */
  saveFlow: (name: string, text: string, base: string) =>
    request<Saved>(`/flows/${at(name)}`, {
      method: 'PUT',
      body: { text },
      headers: { 'if-match': `"${base}"` },
    }),
  createFlow: (name: string, text: string) =>
    request<Saved>(`/flows/${at(name)}`, {
      method: 'PUT',
      body: { text },
      headers: { 'if-none-match': '*' },
    }),
  saveLayout: (name: string, positions: { [path: string]: Position }) =>
    request<Json>(`/flows/${at(name)}/layout`, { method: 'PUT', body: { positions } }),
  check: (text: string, name?: string, signal?: AbortSignal) =>
    request<Checked>('/flows/validate', {
      method: 'POST',
      body: { text, ...(name === undefined ? {} : { name }) },
      signal,
    }),
  startRun: (name: string, inputs: JsonObject, idempotencyKey: string) =>
    request<{ run_id: string }>(`/flows/${at(name)}/runs`, {
      method: 'POST',
      body: { inputs },
      headers: { 'idempotency-key': idempotencyKey },
    }),
  runs: (
    query: {
      flow?: string | undefined
      status?: string | undefined
      limit?: number
      before?: string | undefined
    },
    signal?: AbortSignal,
  ) => request<{ runs: RunSummary[]; next: string | null }>('/runs', { query, signal }),
  run: (runId: string, signal?: AbortSignal) => request<Run>(`/runs/${at(runId)}`, { signal }),
  cancelRun: (runId: string, reason?: string) =>
    request<RunSummary>(`/runs/${at(runId)}/cancel`, {
      method: 'POST',
      body: reason === undefined ? {} : { reason },
    }),
  runFiles: (runId: string, signal?: AbortSignal) =>
    request<{ files: RunFile[] }>(`/runs/${at(runId)}/files`, { signal }),
  approvals: (status: 'open' | 'decided', signal?: AbortSignal) =>
    request<{ approvals: Approval[] }>('/approvals', { query: { status }, signal }),
  decide: (approvalId: string, decision: 'approve' | 'deny', reason?: string, args?: JsonObject) =>
    request<Approval>(`/approvals/${at(approvalId)}/decision`, {
      method: 'POST',
      body: { decision, ...(reason ? { reason } : {}), ...(args ? { args } : {}) },
    }),
  tools: (signal?: AbortSignal) => request<{ tools: Tool[] }>('/tools', { signal }),
}

/** Where a file of a run's workspace can be read from; `download` asks the browser to keep it. */
export function fileUrl(runId: string, path: string, download = false): string {
  const steps = path.split('/').map(at).join('/')
  return `${ROOT}/runs/${at(runId)}/files/${steps}${download ? '?download=1' : ''}`
}

export const traceUrl = (runId: string) => `${ROOT}/runs/${at(runId)}/trace`
