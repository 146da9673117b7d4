/** How a task of the followed run looks on its card: icon, word, time, numbers. Pure. */

import type { RunState, TaskState } from '@/entities/run/state'
import { hasEnded, taskWord } from '@/entities/run/words'
import type { RunStatus } from '@/shared/api/types'
import { count, duration } from '@/shared/lib/format'
import type { GlyphState } from '@/shared/ui/glyphs'

export interface Foot {
  readonly look: GlyphState
  readonly word: string
  /** A finished length, or null. */
  readonly time: string | null
  /** Counts from here while it runs or waits. */
  readonly since: number | null
  readonly right: string | null
  readonly title: string | null
}

/** What the foot says; `task` is null where the run has not reached it. */
export function footOf(task: TaskState | null, run: RunStatus): Foot {
  const nothing = { time: null, since: null, right: null, title: null }
  if (!task) {
    if (hasEnded(run)) return { look: 'skipped', word: 'Not reached', ...nothing }
    return { look: 'queued', word: 'Queued', ...nothing }
  }
  const { look, word } = taskWord(task.status)
  const began = task.startedAt
  const ended = task.endedAt
  const live = task.status === 'running' || task.status === 'waiting'
  return {
    look,
    word:
      task.status === 'waiting' && task.kind !== 'approval' && task.approvalId === null ? 'Waiting' : word,
    time: !live && began !== null && ended !== null ? duration(Math.max(0, ended - began)) : null,
    since: live ? (task.status === 'waiting' ? (task.waitingAt ?? began) : began) : null,
    right: rightOf(task),
    title: task.error?.message ?? task.reason,
  }
}

function rightOf(task: TaskState): string | null {
  if (task.attempt > 1 && task.usage === null) return `attempt ${task.attempt}`
  if (task.usage === null) return task.turns.length > 0 && task.endedAt !== null ? 'unknown' : null
  const tokens = task.usage.input_tokens + task.usage.output_tokens
  if (tokens === 0) return task.unknownCost > 0 ? 'unknown' : null
  // An estimate is marked as one everywhere.
  return `${task.usage.estimated ? '~' : ''}${count(tokens)}`
}

export type Wire = 'plain' | 'taken' | 'running' | 'failed' | 'not-taken' | 'not-reached'

/** How an edge looks between two tasks of a run; `plain` where no run is followed. */
export function wireOf(run: RunState | null, from: string, to: string): Wire {
  if (!run) return 'plain'
  const target = run.tasks[to]
  const source = run.tasks[from]
  if (target?.status === 'skipped') return 'not-taken'
  if (target?.status === 'running' || target?.status === 'waiting') return 'running'
  if (target?.startedAt) return 'taken'
  if (source?.status === 'failed' || source?.status === 'timed_out') return 'failed'
  return 'not-reached'
}

export interface FrameState {
  readonly look: GlyphState
  readonly word: string
}

/** The most urgent state among the tasks inside a frame, as one word: `1 waiting`, `2 of 3`. */
export function frameState(run: RunState | null, path: string, children: number): FrameState | null {
  if (!run) return null
  const own = run.tasks[path]
  const inside = Object.values(run.tasks).filter((task) => task.path.startsWith(`${path}/`))
  const of = (status: TaskState['status']) => inside.filter((task) => task.status === status).length
  const failed = of('failed') + of('timed_out')
  const direct = inside.filter((task) => !task.path.slice(path.length + 1).includes('/'))
  const done = direct.filter((task) => task.status === 'completed').length
  if (failed > 0 || own?.status === 'failed')
    return { look: 'failed', word: failed > 0 ? `${failed} failed` : 'Failed' }
  if (of('waiting') > 0) return { look: 'waiting', word: `${of('waiting')} waiting` }
  if (own?.status === 'completed') return { look: 'done', word: `${done} of ${children}` }
  if (own?.status === 'skipped') return { look: 'skipped', word: 'Skipped' }
  if (own?.status === 'cancelled') return { look: 'cancelled', word: 'Cancelled' }
  if (own?.status === 'running' || inside.length > 0)
    return { look: 'running', word: `${done} of ${children}` }
  return { look: 'queued', word: 'Queued' }
}

/** What a reader hears of a state: one word. */
export function spokenState(
  task: TaskState | null | undefined,
  face: { errors: number; disabled: boolean },
): string {
  if (task === undefined) return face.disabled ? 'disabled' : face.errors > 0 ? 'has errors' : 'ready'
  if (task === null) return 'queued'
  return taskWord(task.status).word.toLowerCase()
}
