import { argsLine, brief, firstLines, type RunEvent, tokens } from '@/entities/run'
import { count, duration } from '@/shared/lib/format'
import { unreachable } from '@/shared/lib/unreachable'

/** What an event says, on one line. */
export function inShort(event: RunEvent): string {
  switch (event.type) {
    case 'run.accepted':
      return argsLine(event.data.inputs ?? {})
    case 'run.started':
    case 'run.resumed':
    case 'task.cancelled':
    case 'state.saved':
      return ''
    case 'task.waiting':
      return event.data.child_run_id ?? event.data.message ?? ''
    case 'run.completed':
      return argsLine(event.data.outputs ?? {})
    case 'run.failed':
    case 'task.failed':
    case 'call.failed':
      return event.data.error.message
    case 'run.paused':
    case 'run.cancel_requested':
    case 'run.cancelled':
    case 'task.held':
    case 'task.skipped':
      return event.data.reason ?? ''
    case 'task.released':
      return argsLine(event.data.given ?? {})
    case 'task.scheduled':
      return event.data.kind ?? ''
    case 'task.started':
      return [event.data.worker, event.data.resumed ? 'resumed' : ''].filter(Boolean).join(', ')
    case 'task.retried':
      return event.data.error?.message ?? ''
    case 'task.completed':
      return brief(event.data.output ?? null)
    case 'task.timed_out':
      return event.data.timeout_ms ? `after ${duration(event.data.timeout_ms)}` : ''
    case 'turn.started':
      return `turn ${event.data.turn ?? ''} ${event.data.model ?? ''}`
    case 'turn.replied':
      return [event.usage ? `${count(tokens(event.usage))} tokens` : '', firstLines(event.data.text ?? '', 1)]
        .filter(Boolean)
        .join(' · ')
    case 'call.started':
      return `${event.data.tool ?? ''} ${argsLine(event.data.args ?? {})}`
    case 'call.completed':
      return brief(event.data.output ?? null)
    case 'call.in_doubt':
    case 'call.denied':
      return event.data.why ?? ''
    case 'approval.asked':
      return firstLines(event.data.ask ?? event.data.tool ?? '', 1)
    case 'approval.voted':
    case 'approval.decided':
      return [event.data.decision, event.data.by, event.data.reason].filter(Boolean).join(' · ')
    case 'approval.expired':
    case 'approval.cancelled':
      return event.data.approval_id
    case 'message.received':
      return `${event.data.name} ${brief(event.data.payload ?? null)}`
    case 'breakpoints.set':
      return event.data.paths.join(', ')
    default:
      return unreachable(event)
  }
}
