/** How a task of the followed run looks on its card: icon, word, time, numbers. Pure. */

import {
  type Chosen,
  isWork,
  type LeftOut,
  leftOut,
  NEWEST,
  runtimePath,
  taskNow,
  tasksIn,
} from '@/entities/run/paths'
import type { RunState, TaskState } from '@/entities/run/state'
import { hasEnded, taskLook, taskWord, whySkipped } from '@/entities/run/words'
import type { RunStatus } from '@/shared/api/types'
import { count, duration, when } from '@/shared/lib/format'
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

const LEFT_OUT: Readonly<Record<LeftOut, string>> = {
  'not-taken': 'Not taken',
  'not-needed': 'Not needed',
  skipped: 'Skipped',
}

/** What the foot says; `task` is null where the run has not reached it, `left` why it never will. */
export function footOf(task: TaskState | null, run: RunStatus, left: LeftOut | null = null): Foot {
  const nothing = { time: null, since: null, right: null, title: null }
  if (!task) {
    if (left) return { look: 'skipped', word: LEFT_OUT[left], ...nothing }
    if (hasEnded(run)) return { look: 'skipped', word: 'Not reached', ...nothing }
    return { look: 'queued', word: 'Queued', ...nothing }
  }
  const { look, word } = taskLook(task)
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
    title: task.error?.message ?? (task.reason && whySkipped(task.reason)),
  }
}

function rightOf(task: TaskState): string | null {
  if (task.kind === 'wait' && task.status === 'waiting' && task.dueAt !== null) {
    return `until ${when(task.dueAt, Date.now()).replace('today ', '')}`
  }
  if (task.attempt > 1 && task.usage === null) return `attempt ${task.attempt}`
  if (task.usage === null) return task.turns.length > 0 && task.endedAt !== null ? 'unknown' : null
  const tokens = task.usage.input_tokens + task.usage.output_tokens
  if (tokens === 0) return task.unknownCost > 0 ? 'unknown' : null
  // An estimate is marked as one everywhere.
  return `${task.usage.estimated ? '~' : ''}${count(tokens)}`
}

export type Wire = 'plain' | 'taken' | 'running' | 'failed' | 'not-taken' | 'not-reached'

/** How an edge looks between two tasks of a run; `plain` where no run is followed. */
export function wireOf(run: RunState | null, from: string, to: string, chosen: Chosen = NEWEST): Wire {
  if (!run) return 'plain'
  const target = taskNow(run, to, chosen)
  const source = taskNow(run, from, chosen)
  if (!target && leftOut(run, to, chosen)) return 'not-taken'
  if (target?.status === 'skipped') return 'not-taken'
  if (target?.status === 'running' || target?.status === 'waiting') return 'running'
  if (target?.startedAt || target?.pinned) return 'taken'
  if (source?.status === 'failed' || source?.status === 'timed_out') return 'failed'
  return 'not-reached'
}

export interface FrameState {
  readonly look: GlyphState
  readonly word: string
}

/** The most urgent state among the tasks inside a frame, as one word: `1 waiting`, `2 of 3`; '' where a badge says it. */
export function frameState(
  run: RunState | null,
  path: string,
  children: number,
  chosen: Chosen = NEWEST,
): FrameState | null {
  if (!run) return null
  const at = runtimePath(run, path, chosen)
  const own = run.tasks[at]
  const inside = tasksIn(run, at)
  const looks = inside.filter(isWork).map((task) => taskLook(task).look)
  const of = (look: GlyphState) => looks.filter((one) => one === look).length
  const [failed, waiting] = [of('failed'), of('waiting')]
  const mended = own?.status === 'completed' && own.kind !== 'parallel'
  if (own?.status === 'failed' || (failed > 0 && !mended))
    return { look: 'failed', word: failed > 0 ? `${failed} failed` : 'Failed' }
  if (waiting > 0) return { look: 'waiting', word: `${waiting} waiting` }
  const lists = own?.kind === 'loop' || own?.kind === 'condition'
  const done = inside.filter((task) => task.status === 'completed' && isDirect(task, at)).length
  const word = `${done} of ${children}`
  // The count of a loop says it, beside its icon.
  if (own?.kind === 'loop' && own.iterations > 0 && own.status === 'completed')
    return { look: 'done', word: '' }
  if (own?.status === 'completed') return { look: 'done', word: lists ? 'Done' : word }
  if (own?.status === 'skipped') return { look: 'skipped', word: 'Skipped' }
  if (own?.status === 'cancelled') return { look: 'cancelled', word: 'Cancelled' }
  if (own?.kind === 'loop' && own.iterations > 0) return { look: 'running', word: '' }
  if (own?.status === 'running' || inside.length > 0)
    return { look: 'running', word: lists ? 'Running' : word }
  const left = leftOut(run, path, chosen)
  if (left) return { look: 'skipped', word: LEFT_OUT[left] }
  return hasEnded(run.status) ? { look: 'skipped', word: 'Not reached' } : { look: 'queued', word: 'Queued' }
}

const isDirect = (task: TaskState, frame: string) => !task.path.slice(frame.length + 1).includes('/')

/** What a reader hears of a state: one word. */
export function spokenState(
  task: TaskState | null | undefined,
  face: { errors: number; disabled: boolean },
): string {
  if (task === undefined) return face.disabled ? 'disabled' : face.errors > 0 ? 'has errors' : 'ready'
  if (task === null) return 'queued'
  return taskWord(task.status).word.toLowerCase()
}
