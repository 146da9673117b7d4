import { unreachable } from '@/shared/lib/unreachable'
import type { RunEvent } from './events'
import { type ApprovalState, type CallState, freshTask, type RunState, type TaskState } from './state'

type CallEvent = Extract<RunEvent, { type: `call.${string}` }>
type ApprovalEvent = Extract<RunEvent, { type: `approval.${string}` }>

/** Take an event of a call into the run and remember the call at its task. */
export function foldCall(run: RunState, event: CallEvent): RunState {
  const callId = event.call_id ?? ''
  const call = stepCall(run.calls[callId] ?? freshCall(callId, event), event)
  const task = run.tasks[event.path] ?? freshTask(event.path, '')
  const known = task.callIds.includes(callId)
  return {
    ...run,
    calls: { ...run.calls, [callId]: call },
    tasks: known
      ? run.tasks
      : { ...run.tasks, [event.path]: { ...task, callIds: [...task.callIds, callId] } },
  }
}

function freshCall(callId: string, event: CallEvent): CallState {
  const told = 'tool' in event.data ? event.data : {}
  return {
    callId,
    path: event.path,
    attempt: event.attempt,
    tool: told.tool ?? '',
    args: told.args ?? {},
    status: 'started',
    decision: told.decision ?? null,
    rule: told.rule ?? null,
    repeat: null,
    startedAt: event.ts,
    endedAt: null,
    durationMs: null,
    output: null,
    error: null,
    sandbox: null,
  }
}

function stepCall(call: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case 'call.started':
      return {
        ...call,
        tool: event.data.tool ?? call.tool,
        args: event.data.args ?? call.args,
        status: 'started',
        decision: event.data.decision ?? null,
        rule: event.data.rule ?? null,
        repeat: event.data.repeat ?? null,
        startedAt: event.ts,
        endedAt: null,
      }
    case 'call.in_doubt':
      return { ...call, status: 'in_doubt' }
    case 'call.completed':
      return {
        ...call,
        status: 'completed',
        endedAt: event.ts,
        durationMs: event.data.duration_ms ?? event.ts - call.startedAt,
        output: event.data.output ?? null,
        sandbox: event.data.sandbox ?? null,
      }
    case 'call.failed':
      return {
        ...call,
        status: 'failed',
        endedAt: event.ts,
        durationMs: event.data.duration_ms ?? event.ts - call.startedAt,
        output: event.data.output ?? null,
        error: event.data.error,
      }
    case 'call.denied':
      return {
        ...call,
        status: 'denied',
        endedAt: event.ts,
        decision: 'deny',
        error: { code: 'call_denied', message: event.data.why ?? 'The policy refused this call.' },
      }
    default:
      return unreachable(event)
  }
}

/** Take an event of an approval into the run; a decided call makes its task ready again. */
export function foldApproval(run: RunState, event: ApprovalEvent): RunState {
  const { approval_id: id } = event.data
  if (event.type === 'approval.asked') {
    const task = run.tasks[event.path] ?? freshTask(event.path, '')
    return {
      ...run,
      approvals: { ...run.approvals, [id]: asked(event) },
      tasks: { ...run.tasks, [event.path]: { ...task, approvalId: id } },
    }
  }
  const before = run.approvals[id]
  if (!before) return run
  const approval = answered(before, event)
  return {
    ...run,
    approvals: { ...run.approvals, [id]: approval },
    tasks: approval.status === 'open' ? run.tasks : resumed(run.tasks, approval),
  }
}

function asked(event: Extract<RunEvent, { type: 'approval.asked' }>): ApprovalState {
  const { data } = event
  return {
    approvalId: data.approval_id,
    path: event.path,
    callId: event.call_id ?? null,
    status: 'open',
    ask: data.ask ?? '',
    to: data.to ?? [],
    need: data.need ?? 1,
    tool: data.tool ?? null,
    args: data.args ?? null,
    answered: null,
    by: null,
    reason: null,
    askedAt: event.ts,
    decidedAt: null,
    expiresAt: typeof data.expires_ms === 'number' ? event.ts + data.expires_ms : null,
    voters: [],
  }
}

function answered(approval: ApprovalState, event: Exclude<ApprovalEvent, { type: 'approval.asked' }>) {
  const settled = { ...approval, decidedAt: event.ts }
  switch (event.type) {
    case 'approval.voted':
      return { ...approval, voters: [...new Set([...approval.voters, event.data.by ?? ''])] }
    case 'approval.decided':
      return {
        ...settled,
        status: event.data.decision === 'approve' ? ('approved' as const) : ('denied' as const),
        by: event.data.by ?? event.actor ?? null,
        reason: event.data.reason ?? null,
        answered: event.data.args ?? null,
      }
    case 'approval.expired':
      return { ...settled, status: 'expired' as const }
    case 'approval.cancelled':
      return { ...settled, status: 'cancelled' as const }
    default:
      return unreachable(event)
  }
}

function resumed(tasks: RunState['tasks'], approval: ApprovalState): Record<string, TaskState> {
  const task = tasks[approval.path]
  if (task?.status !== 'waiting' || approval.callId === null) return tasks
  return { ...tasks, [approval.path]: { ...task, status: 'ready' } }
}
