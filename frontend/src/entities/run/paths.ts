/** Runtime paths and the paths of the file: `polish@2/critique` is the second time of `polish/critique`. Pure. */

import { LIST_NAMES, nameOf } from '../document/lists'
import type { RunState, TaskState } from './state'

/** The iteration a person looks at, by the loop's path in the file; where none is chosen it is the newest. */
export type Chosen = { readonly [loop: string]: number }

export const NEWEST: Chosen = {}

/** A runtime path as the file has it. */
export const staticPath = (path: string): string => path.replace(/@\d+(?=\/|$)/g, '')

/** The numbers of the iterations that a runtime path lies in, outermost first. */
export const iterationsIn = (path: string): number[] =>
  [...path.matchAll(/@(\d+)(?=\/|$)/g)].map((found) => Number(found[1]))

/** The runtime path that a path of the file stands for now. */
export function runtimePath(run: RunState, path: string, chosen: Chosen = NEWEST): string {
  const steps = path.split('/')
  let at = ''
  let written = ''
  steps.forEach((step, place) => {
    at = at === '' ? step : `${at}/${step}`
    written = written === '' ? step : `${written}/${step}`
    const count = place < steps.length - 1 ? (run.tasks[at]?.iterations ?? 0) : 0
    if (count > 0) at = `${at}@${Math.min(chosen[written] ?? count, count)}`
  })
  return at
}

/** The task that a path of the file stands for now. */
export const taskNow = (run: RunState, path: string, chosen: Chosen = NEWEST): TaskState | undefined =>
  run.tasks[runtimePath(run, path, chosen)]

const LISTS: ReadonlySet<string> = new Set(['branch', 'iteration', 'rescue'])
const FRAMES: ReadonlySet<string> = new Set(['sequential', 'parallel', 'condition', 'loop'])

/** Whether a path stands for a task of the file, and not for one of its lists or iterations. */
export const isTask = (task: TaskState): boolean => !LISTS.has(task.kind)

/** Whether a task works itself, and is no list of others. */
export const isWork = (task: TaskState): boolean => !LISTS.has(task.kind) && !FRAMES.has(task.kind)

/** The tasks of the file inside a runtime path, in every iteration below it; lists that are no task are left out. */
export function tasksIn(run: RunState, path: string): TaskState[] {
  return Object.values(run.tasks).filter(
    (task) =>
      task.path.length > path.length &&
      task.path.startsWith(path) &&
      (task.path[path.length] === '/' || task.path[path.length] === '@') &&
      isTask(task),
  )
}

const groups = new WeakMap<RunState['tasks'], ReadonlyMap<string, TaskState[]>>()

/** Every time of a task of the file, in the order they began. */
export function timesOf(run: RunState, path: string): readonly TaskState[] {
  let known = groups.get(run.tasks)
  if (!known) {
    const made = new Map<string, TaskState[]>()
    for (const task of Object.values(run.tasks)) {
      const key = staticPath(task.path)
      const times = made.get(key)
      if (times) times.push(task)
      else made.set(key, [task])
    }
    groups.set(run.tasks, made)
    known = made
  }
  return known.get(path) ?? []
}

/** Why a task of the file has nothing to tell: its branch, list or frame was left out. */
export type LeftOut = 'not-taken' | 'not-needed' | 'skipped'

/** Whether a task that has not begun will not begin, and why; null where it may still come. */
export function leftOut(run: RunState, path: string, chosen: Chosen = NEWEST): LeftOut | null {
  const steps = path.split('/')
  for (let place = 1; place < steps.length; place += 1) {
    const above = taskNow(run, steps.slice(0, place).join('/'), chosen)
    if (!above) continue
    const step = steps[place] ?? ''
    if (LIST_NAMES.has(step)) {
      if (above.endedAt !== null && !run.tasks[`${above.path}/${step}`]) return 'not-needed'
      continue
    }
    if (above.status === 'skipped') return 'skipped'
    if (above.kind === 'condition' && 'taken' in above.given && above.given.taken !== nameOf(step)) {
      return 'not-taken'
    }
  }
  return null
}
