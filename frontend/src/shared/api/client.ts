import createClient from 'openapi-fetch'
import { Problem, Silence } from './problem'
import type { paths } from './schema'
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
  RunStatus,
  RunSummary,
  Saved,
  Studio,
  Tool,
  Trial,
  Trigger,
} from './types'

export const ROOT = '/api/v1'

// Asked for at each call, so that tests may put their own in its place.
const wire = createClient<paths>({ baseUrl: originOf(), fetch: ask })

/** Fetch; a request that never reached the studio becomes `Silence`, a withdrawn one stays what it is. */
export async function ask(request: Request | string, settings?: RequestInit): Promise<Response> {
  try {
    return await fetch(request, settings)
  } catch (error) {
    throw error instanceof TypeError ? new Silence(error) : error
  }
}

type Answer = { data?: unknown; error?: unknown; response: Response }

/** Give the body of an answer; throw a `Problem` where the studio refused. */
async function take<T>(asked: Promise<Answer>): Promise<T> {
  const { data, error, response } = await asked
  if (response.ok) return data as T
  const said = typeof error === 'object' && error !== null ? (error as Partial<ProblemBody>) : {}
  throw new Problem(response.status, {
    error: `http_${response.status}`,
    detail: `The studio answered ${response.status} ${response.statusText}.`,
    ...said,
  })
}

/** `undefined` is no query value; leave it out. */
const given = (signal?: AbortSignal) => (signal ? { signal } : {})

export type RunsAsked = {
  flow?: string | undefined
  status?: RunStatus | undefined
  limit?: number
  before?: string | undefined
}

export const api = {
  studio: (signal?: AbortSignal) => take<Studio>(wire.GET('/api/v1/studio', given(signal))),
  tools: (signal?: AbortSignal) => take<{ tools: Tool[] }>(wire.GET('/api/v1/tools', given(signal))),
  flows: (signal?: AbortSignal) => take<{ flows: FlowSummary[] }>(wire.GET('/api/v1/flows', given(signal))),
  flow: (name: string, signal?: AbortSignal) =>
    take<Flow>(wire.GET('/api/v1/flows/{name}', { params: { path: { name } }, ...given(signal) })),
  /** Write the text if `base` is still the stored revision; 409 `stale_revision` carries `current`. */
  saveFlow: (name: string, text: string, base: string) =>
    take<Saved>(
      wire.PUT('/api/v1/flows/{name}', {
        params: { path: { name }, header: { 'If-Match': `"${base}"` } },
        body: { text },
      }),
    ),
  createFlow: (name: string, text: string) =>
    take<Saved>(
      wire.PUT('/api/v1/flows/{name}', {
        params: { path: { name }, header: { 'If-None-Match': '*' } },
        body: { text },
      }),
    ),
  saveLayout: (name: string, positions: { [path: string]: Position }) =>
    take<Json>(
      wire.PUT('/api/v1/flows/{name}/layout', {
        params: { path: { name } },
        // The document calls it a list; what the studio takes is a map from path to place.
        body: { positions },
      }),
    ),
  check: (text: string, name = 'flow', signal?: AbortSignal) =>
    take<Checked>(wire.POST('/api/v1/flows/validate', { body: { text, name }, ...given(signal) })),
  startRun: (name: string, inputs: JsonObject, idempotencyKey: string) =>
    take<{ run_id: string }>(
      wire.POST('/api/v1/flows/{name}/runs', {
        params: { path: { name }, header: { 'Idempotency-Key': idempotencyKey } },
        body: { inputs },
      }),
    ),
  runs: ({ flow, status, limit, before }: RunsAsked, signal?: AbortSignal) =>
    take<{ runs: RunSummary[]; next: string | null }>(
      wire.GET('/api/v1/runs', {
        params: {
          query: {
            ...(flow === undefined ? {} : { flow }),
            ...(status === undefined ? {} : { status }),
            ...(limit === undefined ? {} : { limit }),
            ...(before === undefined ? {} : { before }),
          },
        },
        ...given(signal),
      }),
    ),
  run: (runId: string, signal?: AbortSignal) =>
    take<Run>(wire.GET('/api/v1/runs/{run_id}', { params: { path: { run_id: runId } }, ...given(signal) })),
  cancelRun: (runId: string, reason = '') =>
    take<RunSummary>(
      wire.POST('/api/v1/runs/{run_id}/cancel', { params: { path: { run_id: runId } }, body: { reason } }),
    ),
  pauseRun: (runId: string) =>
    take<RunSummary>(
      wire.POST('/api/v1/runs/{run_id}/pause', { params: { path: { run_id: runId } }, body: { reason: '' } }),
    ),
  /** Let a paused run go on, or make the run that continues one which ended badly. */
  continueRun: (runId: string) =>
    take<RunSummary>(
      wire.POST('/api/v1/runs/{run_id}/continue', { params: { path: { run_id: runId } }, body: {} }),
    ),
  /** Make a new run that starts just before a task of this one began. */
  forkRun: (runId: string, fromPath: string) =>
    take<RunSummary>(
      wire.POST('/api/v1/runs/{run_id}/forks', {
        params: { path: { run_id: runId } },
        body: { from_path: fromPath },
      }),
    ),
  /** Start a run that differs from a plain one as the trial says. */
  tryFlow: (name: string, inputs: JsonObject, trial: Trial) =>
    take<{ run_id: string }>(
      wire.POST('/api/v1/flows/{name}/trials', {
        params: { path: { name } },
        body: { development: false, step: false, ...trial, inputs },
      }),
    ),
  /** Hold these tasks of a run before they begin, in place of those named before. */
  setBreakpoints: (runId: string, paths: string[]) =>
    take<RunSummary>(
      wire.PUT('/api/v1/runs/{run_id}/breakpoints', {
        params: { path: { run_id: runId } },
        body: { paths },
      }),
    ),
  /** Let a held task go: `given` replaces parts of its input, `output` is what one that is skipped gives. */
  releaseTask: (
    runId: string,
    path: string,
    how: 'go' | 'step' | 'skip',
    other: { given?: JsonObject; output?: Json } = {},
  ) =>
    take<RunSummary>(
      wire.POST('/api/v1/runs/{run_id}/release', {
        params: { path: { run_id: runId } },
        body: { path, how, ...other },
      }),
    ),
  /** What starts flows by itself, as far as it was ever turned on. */
  triggers: (signal?: AbortSignal) =>
    take<{ triggers: Trigger[] }>(wire.GET('/api/v1/triggers', given(signal))),
  flowTriggers: (name: string, signal?: AbortSignal) =>
    take<{ triggers: Trigger[] }>(
      wire.GET('/api/v1/flows/{name}/triggers', { params: { path: { name } }, ...given(signal) }),
    ),
  turnTriggers: (name: string, enabled: boolean) =>
    take<{ triggers: Trigger[] }>(
      wire.PUT('/api/v1/flows/{name}/triggers', { params: { path: { name } }, body: { enabled } }),
    ),
  /** Give a run a message; the same `msgId` is taken in once. */
  sendMessage: (runId: string, name: string, payload: Json, msgId: string) =>
    take<{ repeated: boolean }>(
      wire.POST('/api/v1/runs/{run_id}/messages', {
        params: { path: { run_id: runId } },
        body: { name, payload, msg_id: msgId },
      }),
    ),
  /** A page of a run's events after a place; `done` once the run has ended. */
  events: <Event>(runId: string, after: number, limit: number, signal?: AbortSignal) =>
    take<{ events: Event[]; last_seq: number; done: boolean }>(
      wire.GET('/api/v1/runs/{run_id}/events', {
        params: { path: { run_id: runId }, query: { after, limit } },
        headers: { accept: 'application/json' },
        ...given(signal),
      }),
    ),
  runFiles: (runId: string, signal?: AbortSignal) =>
    take<{ files: RunFile[] }>(
      wire.GET('/api/v1/runs/{run_id}/files', { params: { path: { run_id: runId } }, ...given(signal) }),
    ),
  approvals: (status: 'open' | 'decided', signal?: AbortSignal) =>
    take<{ approvals: Approval[] }>(
      wire.GET('/api/v1/approvals', { params: { query: { status } }, ...given(signal) }),
    ),
  approval: (approvalId: string, signal?: AbortSignal) =>
    take<Approval>(
      wire.GET('/api/v1/approvals/{approval_id}', {
        params: { path: { approval_id: approvalId } },
        ...given(signal),
      }),
    ),
  decide: (approvalId: string, decision: 'approve' | 'deny', reason = '', args?: JsonObject) =>
    take<Approval>(
      wire.POST('/api/v1/approvals/{approval_id}/decision', {
        params: { path: { approval_id: approvalId } },
        body: { decision, reason, ...(args ? { args } : {}) },
      }),
    ),
}

/** Where a file of a run's workspace can be read from; `download` asks the browser to keep it. */
export function fileUrl(runId: string, path: string, download = false): string {
  const steps = path.split('/').map(encodeURIComponent).join('/')
  return `${ROOT}/runs/${encodeURIComponent(runId)}/files/${steps}${download ? '?download=1' : ''}`
}

export const traceUrl = (runId: string) => `${ROOT}/runs/${encodeURIComponent(runId)}/trace`

function originOf(): string {
  return typeof location === 'undefined' ? '' : location.origin
}
