/** What a run tells of conditions and loops: the branch that was taken, and how far a loop has come. Pure. */

import type { Json } from '@/shared/api/types'
import { type Chosen, NEWEST, taskNow } from './paths'
import type { RunState } from './state'

export interface Taken {
  /** The branch's name; null where no branch was for the value. */
  readonly name: string | null
  readonly value: Json
}

/** Which branch of a condition was taken; null before that is known. */
export function takenOf(run: RunState, path: string, chosen: Chosen = NEWEST): Taken | null {
  const given = taskNow(run, path, chosen)?.given
  if (!given || !('taken' in given)) return null
  return { name: typeof given.taken === 'string' ? given.taken : null, value: given.value ?? null }
}

export interface Rounds {
  /** The one that is looked at, from 1. */
  readonly at: number
  readonly begun: number
  /** How many there will be; null where only a test tells. */
  readonly total: number | null
}

/** How far a loop has come; null before its first iteration. */
export function roundsOf(run: RunState, path: string, chosen: Chosen = NEWEST): Rounds | null {
  const loop = taskNow(run, path, chosen)
  if (!loop || loop.iterations === 0) return null
  const { items, times } = loop.given
  const total = Array.isArray(items) ? items.length : typeof times === 'number' ? times : null
  return { at: Math.min(chosen[path] ?? loop.iterations, loop.iterations), begun: loop.iterations, total }
}

/** How many iterations a loop's rule allows at most: `while score < 8, max 3` -> 3. */
export function mostOf(rule: string): number | null {
  const most = /^while [\s\S]*, max (\d+)$/.exec(rule)?.[1] ?? /^times (\d+)$/.exec(rule)?.[1]
  return most === undefined ? null : Number(most)
}

const REFERENCE = /\b(tasks|inputs)((?:\.[A-Za-z_]\w*|\['[^']*'\]|\[\d+\])+)/g
const MOST_LETTERS = 24

/** An expression with the values it saw in place of their names, `3 > 0`; null where that is not known or not short. */
export function seenValues(
  run: RunState,
  path: string,
  rule: string,
  chosen: Chosen = NEWEST,
): string | null {
  let known = rule !== ''
  let names = 0
  const text = rule.replace(REFERENCE, (name, root: string, tail: string) => {
    const keys = [...tail.matchAll(/\.(\w+)|\['([^']*)'\]|\[(\d+)\]/g)].map(
      (key) => key[1] ?? key[2] ?? key[3] ?? '',
    )
    const value = root === 'inputs' ? dig(run.inputs, keys) : taskValue(run, path, keys, chosen)
    names += 1
    if (value === undefined || (typeof value === 'object' && value !== null)) known = false
    return value === undefined ? name : JSON.stringify(value)
  })
  return known && names > 0 && text.length <= MOST_LETTERS && !/[A-Za-z_]\(/.test(text) ? text : null
}

function taskValue(run: RunState, path: string, keys: readonly string[], chosen: Chosen): Json | undefined {
  const [id, field, ...rest] = keys
  const steps = path.split('/')
  for (let above = steps.length - 1; above >= 0; above -= 1) {
    const task = taskNow(run, [...steps.slice(0, above), id].join('/'), chosen)
    if (!task) continue
    if (field === 'status') return task.status
    return field === 'output' ? dig(task.output, rest) : undefined
  }
  return undefined
}

function dig(value: Json, keys: readonly string[]): Json | undefined {
  let found: Json | undefined = value
  for (const key of keys) {
    if (found === null || typeof found !== 'object' || found === undefined) return undefined
    found = Array.isArray(found) ? found[Number(key)] : found[key]
  }
  return found
}
