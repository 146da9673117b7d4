import type { Failure, Json, JsonObject, RunStatus, TaskStatus, Trial, Usage } from '@/shared/api/types'

export type Fault = Pick<Failure, 'code' | 'message'> & { path?: string | null }

/** One model request and its reply. */
export type TurnState = {
  turn: number
  attempt: number
  model: string | null
  provider: string | null
  startedAt: number | null
  repliedAt: number | null
  text: string
  usage: Usage | null
}

/** One tool use. */
export type CallState = {
  callId: string
  path: string
  attempt: number
  tool: string
  args: JsonObject
  status: 'started' | 'in_doubt' | 'completed' | 'failed' | 'denied'
  decision: string | null
  rule: string | null
  repeat: string | null
  startedAt: number
  endedAt: number | null
  durationMs: number | null
  output: Json
  error: Fault | null
  sandbox: Json
}

export type TaskState = {
  path: string
  kind: string
  status: TaskStatus
  attempt: number
  /** What it was given: arguments or input; of a condition `taken` and `value`, of a loop `items` or `times`. */
  given: JsonObject
  /** How many iterations of a loop have begun. */
  iterations: number
  worker: string | null
  resumed: boolean
  startedAt: number | null
  waitingAt: number | null
  /** When a wait is over, in ms UTC. */
  dueAt: number | null
  endedAt: number | null
  output: Json
  error: Fault | null
  /** Why it was skipped. */
  reason: string | null
  /** The output was pinned: nothing ran. */
  pinned: boolean
  /** The run that it started, of a `flow` task. */
  childRunId: string | null
  /** The message that it waits for. */
  message: string | null
  usage: Usage | null
  /** Replies whose cost nobody told. */
  unknownCost: number
  turns: readonly TurnState[]
  callIds: readonly string[]
  approvalId: string | null
}

export type ApprovalState = {
  approvalId: string
  path: string
  callId: string | null
  status: 'open' | 'approved' | 'denied' | 'expired' | 'cancelled'
  ask: string
  to: string[]
  need: number
  tool: string | null
  args: JsonObject | null
  /** What a person put in place of the proposed arguments. */
  answered: JsonObject | null
  by: string | null
  reason: string | null
  askedAt: number
  decidedAt: number | null
  expiresAt: number | null
  voters: string[]
}

/** A run as of `lastSeq`: what its events add up to. Changed only by `fold`. */
export type RunState = {
  runId: string
  status: RunStatus
  lastSeq: number
  paused: boolean
  /** Paths of tasks that are held before they begin. */
  breakpoints: readonly string[]
  /** How it differs from a plain run; null for a plain one. */
  trial: Trial | null
  parent: { run_id: string; path: string } | null
  forked: { run_id: string; seq: number } | null
  inputs: JsonObject
  createdAt: number | null
  startedAt: number | null
  endedAt: number | null
  /** The newest time any event told. */
  seenAt: number | null
  outputs: JsonObject | null
  error: Fault | null
  tasks: Readonly<Record<string, TaskState>>
  calls: Readonly<Record<string, CallState>>
  approvals: Readonly<Record<string, ApprovalState>>
  usage: Usage
  replies: number
  unknownCost: number
}

export const NO_USAGE: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cached_tokens: 0,
  cost_usd: 0,
  estimated: false,
}

/** The state before the first event. */
export function emptyRun(runId: string): RunState {
  return {
    runId,
    status: 'accepted',
    lastSeq: 0,
    paused: false,
    breakpoints: [],
    trial: null,
    parent: null,
    forked: null,
    inputs: {},
    createdAt: null,
    startedAt: null,
    endedAt: null,
    seenAt: null,
    outputs: null,
    error: null,
    tasks: {},
    calls: {},
    approvals: {},
    usage: NO_USAGE,
    replies: 0,
    unknownCost: 0,
  }
}

/** The state of a task before its first event. */
export function freshTask(path: string, kind: string): TaskState {
  return {
    path,
    kind,
    status: 'ready',
    attempt: 1,
    given: {},
    iterations: 0,
    worker: null,
    resumed: false,
    startedAt: null,
    waitingAt: null,
    dueAt: null,
    endedAt: null,
    output: null,
    error: null,
    reason: null,
    pinned: false,
    childRunId: null,
    message: null,
    usage: null,
    unknownCost: 0,
    turns: [],
    callIds: [],
    approvalId: null,
  }
}
