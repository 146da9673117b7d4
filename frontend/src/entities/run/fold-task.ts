import type { Usage } from '@/shared/api/types'
import { unreachable } from '@/shared/lib/unreachable'
import type { RunEvent } from './events'
import { freshTask, type RunState, type TaskState, type TurnState } from './state'
import { add } from './usage'

type TaskEvent = Exclude<
  Extract<RunEvent, { type: `task.${string}` | `turn.${string}` }>,
  { type: 'task.released' }
>

/** Take an event of a task or of one of its turns into the run. */
export function foldTask(run: RunState, event: TaskEvent): RunState {
  const known = run.tasks[event.path]
  const kind = 'kind' in event.data && typeof event.data.kind === 'string' ? event.data.kind : ''
  const before = known ?? freshTask(event.path, kind)
  const task = step({ ...before, kind: before.kind || kind, attempt: event.attempt }, event)
  const tasks = { ...run.tasks, [event.path]: task }
  const loop =
    event.type === 'task.started' && task.kind === 'iteration' ? loopOf(run, event.path) : undefined
  if (loop) tasks[loop.path] = { ...loop, iterations: loop.iterations + 1 }
  return { ...run, tasks }
}

/** The loop of an iteration `polish@2`. */
function loopOf(run: RunState, path: string): TaskState | undefined {
  return run.tasks[path.slice(0, path.lastIndexOf('@'))]
}

function step(task: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'task.held':
      return { ...task, status: 'held' }
    case 'task.scheduled':
      return { ...task, given: event.data.given ?? {} }
    case 'task.started':
      return {
        ...task,
        status: 'running',
        startedAt: task.startedAt ?? event.ts,
        given: event.data.given ?? task.given,
        worker: event.data.worker ?? null,
        resumed: task.resumed || event.data.resumed === true,
      }
    case 'task.waiting':
      return {
        ...task,
        status: 'waiting',
        waitingAt: event.ts,
        dueAt: dueAt(event),
        childRunId: event.data.child_run_id ?? task.childRunId,
        message: event.data.message ?? null,
      }
    case 'task.retried':
      return {
        ...task,
        status: 'ready',
        attempt: event.data.next_attempt ?? event.attempt + 1,
        error: event.data.error ?? null,
      }
    case 'task.completed':
      return {
        ...task,
        status: 'completed',
        endedAt: event.ts,
        output: event.data.output ?? null,
        pinned: event.data.pinned === true,
        usage: withUsage(task, event.usage),
        error: null,
      }
    case 'task.failed':
      return {
        ...task,
        status: 'failed',
        endedAt: event.ts,
        output: event.data.output ?? null,
        error: event.data.error,
      }
    case 'task.skipped':
      return { ...task, status: 'skipped', endedAt: event.ts, reason: event.data.reason ?? null }
    case 'task.cancelled':
      return { ...task, status: 'cancelled', endedAt: event.ts }
    case 'task.timed_out':
      return { ...task, status: 'timed_out', endedAt: event.ts, error: event.data.error ?? null }
    case 'turn.started':
      return withTurn(task, event.data.turn ?? task.turns.length + 1, event.attempt, {
        startedAt: event.ts,
        repliedAt: null,
        model: event.data.model ?? null,
        provider: event.data.provider ?? null,
      })
    case 'turn.replied':
      return replied(task, event)
    default:
      return unreachable(event)
  }
}

/** A child run tells what it used with its end. */
function withUsage(task: TaskState, told: Usage | null | undefined): Usage | null {
  return told ? add(task.usage, told) : task.usage
}

function dueAt({ ts, data }: Extract<TaskEvent, { type: 'task.waiting' }>): number | null {
  if (typeof data.expires_ms === 'number') return ts + data.expires_ms
  return data.until ?? (data.wait_ms === undefined ? null : ts + data.wait_ms)
}

function replied(task: TaskState, event: Extract<RunEvent, { type: 'turn.replied' }>): TaskState {
  const turn = event.data.turn ?? task.turns.at(-1)?.turn ?? 1
  const told = event.usage ?? null
  const next = withTurn(task, turn, event.attempt, {
    repliedAt: event.ts,
    text: event.data.text ?? '',
    usage: told,
    ...(event.data.model ? { model: event.data.model } : {}),
  })
  if (told === null) return { ...next, unknownCost: task.unknownCost + 1 }
  return {
    ...next,
    unknownCost: task.unknownCost + (told.cost_usd === null ? 1 : 0),
    usage: add(task.usage, told),
  }
}

function withTurn(task: TaskState, turn: number, attempt: number, change: Partial<TurnState>): TaskState {
  const place = task.turns.findIndex((one) => one.turn === turn && one.attempt === attempt)
  if (place >= 0) {
    return { ...task, turns: task.turns.map((one, at) => (at === place ? { ...one, ...change } : one)) }
  }
  const fresh: TurnState = {
    turn,
    attempt,
    model: null,
    provider: null,
    startedAt: null,
    repliedAt: null,
    text: '',
    usage: null,
    ...change,
  }
  return { ...task, turns: [...task.turns, fresh] }
}
