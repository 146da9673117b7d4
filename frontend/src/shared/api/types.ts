/** The shapes of the REST and SSE wire. `snake_case` as on every wire; times are integer ms UTC. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type RunStatus =
  | 'accepted'
  | 'running'
  | 'waiting'
  | 'cancelling'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'budget_exceeded'

export type TaskStatus =
  | 'pending'
  | 'ready'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'timed_out'

export type TaskKind =
  | 'agent'
  | 'tool'
  | 'sequential'
  | 'parallel'
  | 'approval'
  | 'condition'
  | 'loop'
  | 'flow'
  | 'wait'

export type Span = { line: number; column: number; end_line: number; end_column: number }

export type Fix = { title: string; span: Span; text: string }

export type Diagnostic = {
  code: string
  severity: 'error' | 'warning' | 'info'
  message: string
  span: Span
  path: string
  fix: Fix | null
}

export type Vertex = {
  path: string
  id: string
  name: string
  kind: TaskKind
  parent: string
  needs: string[]
  agent: string | null
  tool: string | null
  model: string | null
  note: string
  span: Span
}

export type Edge = { from: string; to: string }

export type Graph = { name: string; inputs: string[]; vertices: Vertex[]; edges: Edge[] }

export type Usage = {
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  cost_usd: number | null
  estimated: boolean
}

export type Failure = { code: string; message: string; path: string | null }

export type RunSummary = {
  run_id: string
  flow: string
  title: string
  status: RunStatus
  revision: string
  created_at: number
  started_at: number | null
  ended_at: number | null
  duration_ms: number | null
  usage: Usage
  approvals_open: number
  error: Failure | null
  by: string
}

export type Run = RunSummary & {
  inputs: JsonObject
  outputs: JsonObject | null
  last_seq: number
  graph: Graph
  text: string
}

export type RecentRun = { run_id: string; status: RunStatus; duration_ms: number | null }

export type FlowSummary = {
  name: string
  title: string
  path: string
  revision: string
  errors: number
  warnings: number
  /** Why the file cannot be read at all, such as a folder without permission. */
  problem: string | null
  last_run: RunSummary | null
  recent: RecentRun[]
  p50_ms: number | null
  p50_cost_usd: number | null
  starts: string
  edited_at: number
}

export type Position = { x: number; y: number }

export type Flow = {
  name: string
  title: string
  path: string
  text: string
  revision: string
  diagnostics: Diagnostic[]
  graph: Graph | null
  inputs: { [name: string]: JsonObject }
  layout: { [path: string]: Position }
}

export type Saved = { revision: string; diagnostics: Diagnostic[]; edited_at: number }

export type Checked = { ok: boolean; diagnostics: Diagnostic[]; graph: Graph | null }

export type Studio = {
  version: string
  folder: string
  home: string
  sandbox: { backend: string | null; isolation: string | null; healthy: boolean; reason: string | null }
  models: { provider: string; ready: boolean }[]
}

export type Approval = {
  approval_id: string
  run_id: string
  flow: string
  title: string
  path: string
  kind: 'approval' | 'call'
  ask: string
  tool: string | null
  args: JsonObject | null
  proposed_args: JsonObject | null
  why: string | null
  rule: string | null
  to: string[]
  need: number
  status: 'open' | 'approved' | 'denied' | 'expired' | 'cancelled'
  by: string | null
  reason: string | null
  created_at: number
  expires_at: number | null
  decided_at: number | null
}

export type Tool = {
  name: string
  version: string
  description: string
  effects: string[]
  params: JsonObject
  privileged: boolean
  net: boolean
  repeat: string
}

export type RunFile = { path: string; bytes: number; modified_at: number }

export type ProblemBody = { error: string; detail: string; hint?: string | null }
