import type {
  EventName,
  Failure,
  Json,
  JsonObject,
  RunFile,
  TaskStatus,
  Trial,
  Usage,
} from '@/shared/api/types'

/** What every event of a run carries; `ts` in ms UTC, `seq` from 1 without gaps, `path` '' is the run. */
type Envelope<Type extends string, Data> = {
  v: number
  run_id: string
  seq: number
  ts: number
  type: Type
  path: string
  attempt: number
  call_id?: string | null
  usage?: Usage | null
  fence?: number | null
  actor?: string | null
  data: Data
}

/** What a call asks and how that was decided; a pure call tells it with its end. */
type Asked = { tool?: string; args?: JsonObject; decision?: string; rule?: string }

type Fault = { error: Pick<Failure, 'code' | 'message'> & { path?: string | null } }

/** A task as a fork carries it over from the run it was made from. */
export type Carried = {
  path: string
  kind: string
  status: TaskStatus
  given?: JsonObject
  output?: Json
  error?: Fault['error']
  iterations?: number
  reason?: string
}

/** The closed set of events, as `agentry.journal.events` names them. */
export type RunEvent =
  | Envelope<
      'run.accepted',
      {
        flow?: string
        revision?: string
        title?: string
        inputs?: JsonObject
        env?: JsonObject
        by?: string
        parent?: { run_id: string; path: string }
        forked?: { run_id: string; seq: number; kind: 'fork' | 'continue' }
        carried?: Carried[]
        trial?: Trial
      }
    >
  | Envelope<'run.started', JsonObject>
  | Envelope<'run.paused', { by?: string; reason?: string }>
  | Envelope<'run.resumed', { by?: string }>
  | Envelope<'run.cancel_requested', { by?: string; reason?: string }>
  | Envelope<'run.completed', { outputs?: JsonObject }>
  | Envelope<'run.failed', Fault>
  | Envelope<'run.cancelled', { reason?: string }>
  | Envelope<'task.held', { kind?: string; reason?: 'breakpoint' | 'step' }>
  | Envelope<'task.released', { by?: string; step?: boolean; given?: JsonObject }>
  | Envelope<'task.scheduled', { kind?: string; given?: JsonObject }>
  | Envelope<
      'task.started',
      { kind?: string; worker?: string; fence?: number; resumed?: boolean; given?: JsonObject }
    >
  | Envelope<
      'task.waiting',
      {
        wait_ms?: number
        until?: number
        message?: string
        expires_ms?: number | null
        child_run_id?: string
        flow?: string
      }
    >
  | Envelope<'task.retried', Partial<Fault> & { next_attempt?: number; due_at?: number }>
  | Envelope<'task.completed', { output?: Json; pinned?: boolean; child_run_id?: string; msg_id?: string }>
  | Envelope<'task.failed', Fault & { output?: Json }>
  | Envelope<'task.skipped', { reason?: string }>
  | Envelope<'task.cancelled', JsonObject>
  | Envelope<'task.timed_out', { timeout_ms?: number; error?: Fault['error'] }>
  | Envelope<'turn.started', { turn?: number; model?: string; provider?: string }>
  | Envelope<
      'turn.replied',
      {
        turn?: number
        text?: string
        calls?: { call_id: string; tool: string; args: JsonObject }[]
        finish?: string
        model?: string
      }
    >
  | Envelope<'call.started', Asked & { repeat?: string }>
  | Envelope<'call.in_doubt', Asked & { why?: string; then?: 'retry' | 'ask' | 'fail' }>
  | Envelope<
      'call.completed',
      Asked & { output?: Json; duration_ms?: number; sandbox?: Json; files?: (string | RunFile)[] }
    >
  | Envelope<'call.failed', Asked & Fault & { output?: Json; duration_ms?: number }>
  | Envelope<'call.denied', Asked & { why?: string }>
  | Envelope<
      'approval.asked',
      {
        approval_id: string
        ask?: string
        to?: string[]
        need?: number
        tool?: string
        args?: JsonObject
        expires_ms?: number | null
        subject?: Json
      }
    >
  | Envelope<
      'approval.decided',
      {
        approval_id: string
        decision?: 'approve' | 'deny'
        by?: string
        reason?: string
        args?: JsonObject | null
      }
    >
  | Envelope<'approval.voted', { approval_id: string; decision?: 'approve'; by?: string; reason?: string }>
  | Envelope<'approval.expired', { approval_id: string }>
  | Envelope<'approval.cancelled', { approval_id: string }>
  | Envelope<'message.received', { name: string; payload?: Json; msg_id: string; by?: string }>
  | Envelope<'breakpoints.set', { paths: string[]; by?: string }>
  | Envelope<'state.saved', JsonObject>

export type EventType = RunEvent['type']

// Both sides of the wire know the same names: a new one on either side is a compile error here.
export const SAME_NAMES: [EventType] extends [EventName]
  ? [EventName] extends [EventType]
    ? true
    : never
  : never = true

/** Words as they stream; never stored, gone after a reload. */
export type Delta = { run_id: string; path: string; turn: number; text: string }

/** A run of any flow got further; lists ask again. */
export type Changed = { run_id: string; flow: string; status: string; approvals_open: number }
