import type { RunStatus, RunSummary, TaskStatus } from '@/shared/api/types'
import type { GlyphState } from '@/shared/ui/glyphs'
import type { TaskState } from './state'

/** How a state looks and what it is called on screen. */
export type Word = { look: GlyphState; word: string }

const RUN: Record<RunStatus, Word> = {
  accepted: { look: 'queued', word: 'Queued' },
  running: { look: 'running', word: 'Running' },
  waiting: { look: 'waiting', word: 'Waiting for you' },
  cancelling: { look: 'running', word: 'Stopping' },
  completed: { look: 'done', word: 'Done' },
  failed: { look: 'failed', word: 'Failed' },
  cancelled: { look: 'cancelled', word: 'Cancelled' },
  budget_exceeded: { look: 'waiting', word: 'Budget reached' },
}

const TASK: Record<TaskStatus, Word> = {
  pending: { look: 'queued', word: 'Queued' },
  held: { look: 'waiting', word: 'Held for you' },
  ready: { look: 'queued', word: 'Queued' },
  running: { look: 'running', word: 'Running' },
  waiting: { look: 'waiting', word: 'Waiting for you' },
  completed: { look: 'done', word: 'Done' },
  failed: { look: 'failed', word: 'Failed' },
  skipped: { look: 'skipped', word: 'Skipped' },
  cancelled: { look: 'cancelled', word: 'Cancelled' },
  timed_out: { look: 'failed', word: 'Timed out' },
}

/** Nothing ran: the output was given. */
const PINNED: Word = { look: 'pinned', word: 'Pinned' }

const APPROVAL = {
  open: { look: 'waiting', word: 'Waiting for you' },
  approved: { look: 'done', word: 'Approved' },
  denied: { look: 'failed', word: 'Rejected' },
  expired: { look: 'skipped', word: 'Expired' },
  cancelled: { look: 'cancelled', word: 'Cancelled' },
} as const

export const runWord = (status: RunStatus): Word => RUN[status]
/** How a run of a list looks: paused, asking somebody, or only waiting for a time or a message. */
export const summaryWord = (run: Pick<RunSummary, 'status' | 'paused' | 'approvals_open'>): Word => {
  if (run.paused && !hasEnded(run.status)) return { look: 'waiting', word: 'Paused' }
  if (run.status === 'waiting' && run.approvals_open === 0) return { look: 'waiting', word: 'Waiting' }
  return RUN[run.status]
}
/** How a task looks; one that waits for a time asks nobody for anything, so it is not amber. */
export const taskLook = (task: Pick<TaskState, 'kind' | 'status'> & { pinned?: boolean }): Word => {
  if (task.status === 'completed' && task.pinned) return PINNED
  if (task.status !== 'waiting') return TASK[task.status]
  if (task.kind === 'wait') return { look: 'running', word: 'Waiting' }
  return task.kind === 'flow' ? { look: 'running', word: 'Child run' } : TASK.waiting
}
const SKIPPED: Readonly<Record<string, string>> = {
  condition: 'its condition does not hold',
  not_selected: 'not part of this trial',
}

/** Why a task was skipped, in words. */
export const whySkipped = (reason: string): string => SKIPPED[reason] ?? reason
export const taskWord = (status: TaskStatus): Word => TASK[status]
export const approvalWord = (status: keyof typeof APPROVAL): Word => APPROVAL[status]

const ENDED: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled', 'budget_exceeded'])

/** Whether a run will get no further events. */
export const hasEnded = (status: RunStatus): boolean => ENDED.has(status)
