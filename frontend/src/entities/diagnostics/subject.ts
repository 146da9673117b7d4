/** What the rules are asked about: a document with the places of its tasks in the text. */

import type { Span } from '@/shared/api/types'
import { orElse } from '@/shared/lib/sentence'
import type { Document, Task } from './document'
import { type Findings, use } from './findings'
import type { Reach } from './reach'
import { spanOf, type Yaml, type YamlMap } from './yaml/tree'

export interface Subject {
  readonly document: Document
  readonly root: YamlMap
  readonly places: ReadonlyMap<string, YamlMap>
  /** Ids of tasks that could not be read. */
  readonly lost: ReadonlySet<string>
  readonly tools: ReadonlySet<string>
  readonly text: string
  readonly found: Findings
  readonly reach: Reach
}

export type Rule = (subject: Subject) => void

/** The maps under a key of the flow, such as its agents, by name. */
export function entriesOf({ root }: Subject, key: string): [string, YamlMap][] {
  const owner = root.values.get(key)
  if (owner?.is !== 'map') return []
  return [...owner.values].filter((entry): entry is [string, YamlMap] => entry[1].is === 'map')
}

/** Every name under a key of the flow, of broken entries too. */
export function namesOf({ root }: Subject, key: string): Set<string> {
  const owner = root.values.get(key)
  return new Set(owner?.is === 'map' ? owner.values.keys() : [])
}

/** What is written under a key of a task. */
export function written(subject: Subject, task: Task, key: string): Yaml | undefined {
  return subject.places.get(task.path)?.values.get(key)
}

/** The letters of a key's value, or else of the whole task. */
export function spanAt(subject: Subject, task: Task, key: string): Span {
  const value = written(subject, task, key)
  return value ? spanOf(value) : task.span
}

export function textOf(value: Yaml | undefined): string | null {
  return value?.is === 'scalar' && typeof value.value === 'string' ? value.value : null
}

/** Say that a name of a task is not known, with the nearest one as the fix. */
export function sayUnknown(
  subject: Subject,
  task: Task,
  code: string,
  sentence: string,
  span: Span,
  near: string | null,
  known: Iterable<string>,
): void {
  subject.found.path = task.path
  subject.found.error(code, sentence + orElse(near, known, 'there are'), span, use(near, span))
}

const MOST_TRAIL = 12

/** A circle of names in words. */
export function trailOf(cycle: readonly string[]): string {
  const shown = cycle.length <= MOST_TRAIL ? cycle : [...cycle.slice(0, MOST_TRAIL - 1), '…']
  return [...shown, cycle[0]].join(' → ')
}
