/** What a schema cannot hold: names that must exist, orders that work. One function a code. */

import type { Fix, Span } from '@/shared/api/types'
import { nearest, quote } from '@/shared/lib/sentence'
import { walk } from './document'
import { cycleIn, needsOf } from './reach'
import { namesOf, type Rule, sayUnknown, spanAt, textOf, trailOf, written } from './subject'
import { itemsOf, spanOf, type YamlMap } from './yaml/tree'

const RUN_PROGRAMS: readonly (string | null)[] = ['shell', 'python']
const HOLD_TASKS: readonly string[] = ['sequential', 'parallel', 'condition', 'loop']
const WAIT: readonly string[] = ['approval', 'wait']
const TIMEOUT = '10m'
const MANY = 20

/** A task must name an agent of the flow. */
export const unknownAgent: Rule = (subject) => {
  const known = namesOf(subject, 'agents')
  for (const task of walk(subject.document.tasks)) {
    if (!task.agent || known.has(task.agent)) continue
    const near = nearest(task.agent, known)
    const sentence = `Task ${quote(task.id)} names agent ${quote(task.agent)}, which is not defined`
    sayUnknown(subject, task, 'unknown_agent', sentence, spanAt(subject, task, 'agent'), near, known)
  }
}

/** `needs` names siblings. */
export const unknownNeed: Rule = (subject) => {
  for (const tasks of subject.reach.lists.values()) {
    const known = new Set(tasks.map((task) => task.id))
    for (const task of tasks) {
      for (const item of itemsOf(written(subject, task, 'needs'))) {
        const need = textOf(item)
        if (need === null || subject.lost.has(need)) continue
        if (need === task.id) {
          subject.found.path = task.path
          const sentence = `Task ${quote(task.id)} needs itself; take it out of needs.`
          subject.found.error('unknown_need', sentence, spanOf(item))
        } else if (!known.has(need)) {
          const sentence = `Task ${quote(task.id)} needs ${quote(need)}, which is no task beside it`
          const like = nearest(need, known)
          const near = like === task.id ? null : like
          const others = known.size < MANY ? [...known].filter((id) => id !== task.id) : known
          sayUnknown(subject, task, 'unknown_need', sentence, spanOf(item), near, others)
        }
      }
    }
  }
}

/** Needs must leave a task that can start; the order of a list counts. */
export const needsCycle: Rule = (subject) => {
  for (const tasks of subject.reach.lists.values()) {
    const ids = cycleIn(needsOf(tasks))
    if (ids.length < 2) continue
    const byId = new Map(tasks.map((task) => [task.id, task]))
    const cycle = ids.flatMap((id) => byId.get(id) ?? [])
    const [task] = cycle
    if (!task) continue
    subject.found.path = task.path
    const allWritten = cycle.every((member) => written(subject, member, 'needs') !== undefined)
    const why = allWritten ? '.' : '. Without needs, a task of this list needs the one above it.'
    const sentence = `These tasks wait for each other: ${trailOf(ids)}; take one need out${why}`
    subject.found.error('needs_cycle', sentence, spanAt(subject, task, 'needs'))
  }
}

/** An agent that no task names may be a slip. */
export const unusedAgent: Rule = (subject) => {
  const known = namesOf(subject, 'agents')
  const owner = subject.root.values.get('agents')
  subject.found.path = ''
  // Tasks that could not be read may use any agent.
  if (subject.lost.size > 0 || owner?.is !== 'map') return
  const used = new Set<string | null>()
  for (const { agent } of walk(subject.document.tasks))
    if (agent) used.add(known.has(agent) ? agent : nearest(agent, known))
  for (const [name, key] of owner.keys) {
    if (subject.document.agents.has(name) && !used.has(name))
      subject.found.warn('unused_agent', `No task uses agent ${quote(name)}.`, spanOf(key))
  }
}

/** A task that runs programs should say how long it may take. */
export const noTimeout: Rule = (subject) => {
  const bounded = new Set<string>()
  for (const task of walk(subject.document.tasks)) {
    if (task.bounded || bounded.has(task.parent)) {
      bounded.add(task.path)
      continue
    }
    const place = subject.places.get(task.path)
    const tool = place?.values.get('tool')
    if (!place || !tool || !RUN_PROGRAMS.includes(task.tool) || place.values.has('timeout')) continue
    subject.found.path = task.path
    const sentence = `Task ${quote(task.id)} runs programs with ${task.tool} and has no timeout.`
    subject.found.warn('no_timeout', sentence, spanOf(tool), timeoutFix(place, spanOf(tool)))
  }
}

/** Only what works is tried again: a task that has other tasks, or waits, never is. */
export const noRetry: Rule = (subject) => {
  for (const task of walk(subject.document.tasks)) {
    const key = subject.places.get(task.path)?.keys.get('retry')
    const holdsTasks = HOLD_TASKS.includes(task.kind)
    if (!key || !(holdsTasks || WAIT.includes(task.kind))) continue
    subject.found.path = task.path
    const what = holdsTasks ? 'put it on the tasks inside' : 'take it out'
    const sentence = `Retry does nothing on ${task.kind} ${quote(task.id)}; ${what}.`
    subject.found.warn('no_retry', sentence, spanOf(key))
  }
}

function timeoutFix(place: YamlMap, tool: Span): Fix {
  const { end_line: line, end_column: column } = tool
  const span = { line, column, end_line: line, end_column: column }
  const indent = ' '.repeat((place.keys.get('tool')?.start.column ?? 1) - 1)
  const between = place.inBrackets ? ', ' : `\n${indent}`
  return { title: `Add timeout: ${TIMEOUT}`, span, text: `${between}timeout: ${TIMEOUT}` }
}
