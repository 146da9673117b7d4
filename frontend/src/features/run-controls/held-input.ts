/** What a held task would be given: the one part of its input that people edit, worked out in the browser. */

import type { RunState } from '@/entities/run'
import { chosenIn, staticPath } from '@/entities/run'
import type { Json, JsonObject } from '@/shared/api/types'

/** The run that a held task is of, and the text of its flow as it ran. */
export interface HeldIn {
  readonly text: string
  readonly run: RunState
}

export interface Editable {
  /** What the field is called. */
  readonly label: string
  /** Its key in the input. */
  readonly key: string
  /** Its key in the text of the flow. */
  readonly written: string
}

const EDITABLE: Readonly<Record<string, Editable>> = {
  tool: { label: 'Arguments in this run', key: 'args', written: 'with' },
  agent: { label: 'Input in this run', key: 'input', written: 'input' },
  flow: { label: 'Inputs in this run', key: 'inputs', written: 'inputs' },
}

/** The part of the input that can be edited; null for kinds that have none. */
export const editableOf = (kind: string): Editable | null => EDITABLE[kind] ?? null

/** The value that the flow would give, with its expressions worked out; null where only the run can tell. */
export async function workedOut(held: HeldIn, path: string, { written }: Editable): Promise<Json> {
  const [{ jsonOf, read }, { subjectOf }, { scopeOf }, { resolve }] = await Promise.all([
    import('@/entities/document/read'),
    import('@/entities/diagnostics/look'),
    import('@/entities/diagnostics/scope'),
    import('@/entities/expression/evaluate'),
  ])
  const reading = read(held.text)
  const task = reading.byPath.get(staticPath(path))
  const subject = subjectOf(held.text)
  if (!task || !subject) return null
  const scope = scopeOf(subject, { path: task.path, inside: false }, held.run, chosenIn(held.run.runId))
  try {
    return resolve(jsonOf(reading.yaml, task.map, written) as Parameters<typeof resolve>[0], scope) as Json
  } catch {
    // Such as a secret, or a value that is not there yet: the engine will say.
    return null
  }
}

/** A value as a person edits it: text as it is, all else as JSON. */
export const asTyped = (value: Json): string =>
  value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)

export interface Typed {
  /** What the task is to be given in place of what the flow gives; undefined: nothing else. */
  readonly given?: JsonObject
  readonly wrong?: string
}

/** Read what was typed over `before`; of an agent it may be text, of all others it is a JSON object. */
export function readInput({ key, label }: Editable, typed: string, before: string): Typed {
  if (typed === before || typed.trim() === '') return {}
  if (key === 'input' && !/^\s*[[{]/.test(typed)) return { given: { [key]: typed } }
  try {
    const value = JSON.parse(typed) as Json
    if (key !== 'input' && (value === null || typeof value !== 'object' || Array.isArray(value)))
      return { wrong: `${label} are names and values, such as {"path": "notes.txt"}.` }
    return { given: { [key]: value } }
  } catch {
    return { wrong: 'This is not JSON. Check its quotes, commas and brackets.' }
  }
}
