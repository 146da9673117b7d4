import type { Usage } from '@/shared/api/types'
import { unreachable } from '@/shared/lib/unreachable'
import type { RunEvent } from './events'
import { foldApproval, foldCall } from './fold-calls'
import { foldTask } from './fold-task'
import { NO_USAGE, type RunState } from './state'
import { add } from './usage'

/** Take one event into the state. Pure, and the mirror of `agentry.journal.fold`. */
export function fold(before: RunState, event: RunEvent): RunState {
  if (event.seq <= before.lastSeq) return before
  const run = { ...before, lastSeq: event.seq, seenAt: event.ts }
  switch (event.type) {
    case 'run.accepted':
      return { ...run, inputs: event.data.inputs ?? {}, createdAt: event.ts }
    case 'run.started':
      return { ...run, status: 'running', startedAt: event.ts }
    case 'run.cancel_requested':
      return { ...run, status: 'cancelling' }
    case 'run.completed':
      return { ...run, status: 'completed', outputs: event.data.outputs ?? {}, endedAt: event.ts }
    case 'run.failed':
      return { ...run, status: 'failed', error: event.data.error, endedAt: event.ts }
    case 'run.cancelled':
      return { ...run, status: 'cancelled', endedAt: event.ts }
    case 'task.scheduled':
    case 'task.started':
    case 'task.waiting':
    case 'task.retried':
    case 'task.completed':
    case 'task.failed':
    case 'task.skipped':
    case 'task.cancelled':
    case 'task.timed_out':
    case 'turn.started':
      return foldTask(run, event)
    case 'turn.replied':
      return count(foldTask(run, event), event.usage ?? null)
    case 'call.started':
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
    default:
      return unreachable(event)
  }
}

/** The state after `events`, in order; an event twice counts once. */
export function foldAll(before: RunState, events: readonly RunEvent[]): RunState {
  return events.reduce(fold, before)
}

function count(run: RunState, usage: Usage | null): RunState {
  const known = usage ?? { ...NO_USAGE, cost_usd: null }
  return {
    ...run,
    replies: run.replies + 1,
    usage: add(run.usage, known),
    unknownCost: run.unknownCost + (known.cost_usd === null ? 1 : 0),
  }
}
