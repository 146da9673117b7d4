import type { RunStatus, Usage } from '@/shared/api/types'
import { unreachable } from '@/shared/lib/unreachable'
import type { Carried, RunEvent } from './events'
import { foldApproval, foldCall } from './fold-calls'
import { foldTask } from './fold-task'
import { freshTask, NO_USAGE, type RunState, type TaskState } from './state'
import { add } from './usage'

/** Take one event into the state. Pure, and the mirror of `agentry.journal.fold`. */
export function fold(before: RunState, event: RunEvent): RunState {
  if (event.seq <= before.lastSeq) return before
  const run = { ...before, lastSeq: event.seq, seenAt: event.ts }
  switch (event.type) {
    case 'run.accepted':
      return accepted(run, event)
    case 'run.started':
      return { ...run, status: 'running', startedAt: event.ts }
    case 'run.paused':
      return { ...run, paused: true }
    case 'run.resumed':
      return { ...run, paused: false }
    case 'run.cancel_requested':
      return { ...run, status: 'cancelling' }
    case 'run.completed':
      return { ...run, status: 'completed', outputs: event.data.outputs ?? {}, endedAt: event.ts }
    case 'run.failed':
      return { ...run, status: badEnd(event.data.error.code), error: event.data.error, endedAt: event.ts }
    case 'run.cancelled':
      return { ...run, status: 'cancelled', endedAt: event.ts }
    case 'task.completed':
    case 'task.failed':
    case 'task.retried':
      return event.usage ? used(foldTask(run, event), event.usage) : foldTask(run, event)
    case 'task.released':
      return without(run, event.path)
    case 'task.held':
    case 'task.scheduled':
    case 'task.started':
    case 'task.waiting':
    case 'task.skipped':
    case 'task.cancelled':
    case 'task.timed_out':
    case 'turn.started':
      return foldTask(run, event)
    case 'turn.replied':
      return count(foldTask(run, event), event.usage ?? null)
    case 'call.started':
    case 'call.in_doubt':
    case 'call.completed':
    case 'call.failed':
    case 'call.denied':
      return foldCall(run, event)
    case 'approval.asked':
    case 'approval.voted':
    case 'approval.decided':
    case 'approval.expired':
    case 'approval.cancelled':
      return foldApproval(run, event)
    case 'breakpoints.set':
      return { ...run, breakpoints: event.data.paths }
    case 'message.received':
    case 'state.saved':
      return run
    default:
      return unreachable(event)
  }
}

/** The state after `events`, in order; an event twice counts once. */
export function foldAll(before: RunState, events: readonly RunEvent[]): RunState {
  return events.reduce(fold, before)
}

type Accepted = Extract<RunEvent, { type: 'run.accepted' }>

function accepted(run: RunState, { data, ts }: Accepted): RunState {
  const tasks = Object.fromEntries((data.carried ?? []).map((task) => [task.path, carried(task, ts)]))
  return {
    ...run,
    inputs: data.inputs ?? {},
    createdAt: ts,
    parent: data.parent ?? null,
    forked: data.forked ?? null,
    breakpoints: data.trial?.breakpoints ?? [],
    trial: data.trial && Object.keys(data.trial).length > 0 ? data.trial : null,
    tasks,
  }
}

function carried(task: Carried, ts: number): TaskState {
  return {
    ...freshTask(task.path, task.kind),
    status: task.status,
    given: task.given ?? {},
    iterations: task.iterations ?? 0,
    startedAt: ts,
    endedAt: task.status === 'running' ? null : ts,
    output: task.output ?? null,
    error: task.error ?? null,
    reason: task.reason ?? null,
  }
}

const badEnd = (code: string): RunStatus => (code === 'budget_exceeded' ? 'budget_exceeded' : 'failed')

/** A held task that may begin is as if it had never been held. */
function without(run: RunState, path: string): RunState {
  const { [path]: _held, ...tasks } = run.tasks
  return { ...run, tasks }
}

function count(run: RunState, usage: Usage | null): RunState {
  const told = used(run, usage ?? { ...NO_USAGE, cost_usd: null })
  return { ...told, replies: run.replies + 1 }
}

function used(run: RunState, usage: Usage): RunState {
  return {
    ...run,
    usage: add(run.usage, usage),
    unknownCost: run.unknownCost + (usage.cost_usd === null ? 1 : 0),
  }
}
