/** What the inspector's fields read out of a flow and how they write it. Pure. */

import { isScalar, type Scalar, type YAMLMap } from 'yaml'
import { type Json, jsonOf, mapIn, nodeAt, type Reading, type TaskReading } from '@/entities/document/read'
import { check } from '@/entities/expression/check'
import type { Letters } from '@/entities/expression/letters'
import { takeApart } from '@/entities/expression/template'

export function textOf(reading: Reading, task: TaskReading, ...keys: string[]): string {
  const value = jsonAt(reading, task, ...keys)
  if (value === null) return ''
  if (typeof value === 'string') return value.replace(/\n$/, '')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function jsonAt(reading: Reading, task: TaskReading, ...keys: string[]): Json {
  let value: Json = jsonOf(reading.yaml, task.map, keys[0] ?? '')
  for (const key of keys.slice(1)) {
    value = value !== null && typeof value === 'object' && !Array.isArray(value) ? (value[key] ?? null) : null
  }
  return value
}

/** `2 × after 10s`: what people read for a retry. */
export function retryText(value: Json): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return ''
  const attempts = value.attempts ?? 1
  return value.delay === undefined
    ? `${String(attempts)} ×`
    : `${String(attempts)} × after ${String(value.delay)}`
}

/** Read `2 × after 10s`, `2x 10s` or `2`; undefined takes the retry out, null is no retry. */
export function readRetry(text: string): { attempts: number; delay?: string } | undefined | null {
  if (text.trim() === '') return undefined
  const found = /^\s*(\d+)\s*[x×]?\s*(?:after\s+)?(\d+(?:\.\d+)?(?:ms|s|m|h|d))?\s*$/i.exec(text)
  if (!found?.[1]) return null
  return found[2] ? { attempts: Number(found[1]), delay: found[2] } : { attempts: Number(found[1]) }
}

/** One row about the expressions of a text. */
export interface Read {
  readonly name: string
  readonly source: string
  /** The value that is known without a run, as JSON; null where only a run tells. */
  readonly standard: string | null
  /** It works something out, and does not only read. */
  readonly computed: boolean
}

/** What `${{ }}` in a text reads, with the default of an input beside it, and what it works out of that. */
export function readsIn(reading: Reading, text: string): Read[] {
  const rows = new Map<string, Read>()
  for (const { source } of takeApart(text).holes) {
    const letters = lettersOf(source)
    if (!letters) continue
    for (const { path, parts } of letters.references) {
      const letters = source.slice(parts[0]?.[0] ?? 0, parts.at(-1)?.[1] ?? 0)
      const [root, key] = path
      const input = root === 'inputs' && key ? mapIn(reading, 'inputs', key) : null
      const value = input && path.length === 2 ? jsonOf(reading.yaml, input, 'default') : null
      const standard = value === null ? null : JSON.stringify(value)
      rows.set(letters, { name: path.join('.'), source: letters, standard, computed: false })
    }
    const name = source.trim()
    if (!letters.isPath) rows.set(name, { name, source, standard: null, computed: true })
  }
  return [...rows.values()]
}

function lettersOf(source: string): Letters | null {
  try {
    return check(source)
  } catch {
    // A finding says what is wrong with it.
    return null
  }
}

/** The tools of an agent. */
export function toolsOf(reading: Reading, agent: string): string[] {
  const role = mapIn(reading, 'agents', agent)
  const tools = role ? jsonOf(reading.yaml, role as YAMLMap, 'tools') : null
  return Array.isArray(tools) ? tools.filter((tool): tool is string => typeof tool === 'string') : []
}

/** Whether a value stands in the text as an alias or another shape that a plain field must not replace. */
export function isPlainText(reading: Reading, task: TaskReading, key: string): boolean {
  const found = nodeAt(reading.yaml, task.map, key)
  return found === null || (isScalar(found) && typeof (found as Scalar).value !== 'object')
}

/** A number where a person wrote one, undefined where nothing, else the text as it is. */
export function asNumber(value: string): Json | undefined {
  if (value.trim() === '') return undefined
  return /^\d+$/.test(value.trim()) ? Number(value) : value
}

/** A list where a person wrote one in brackets, else an expression as text. */
export function asListOrText(value: string): Json | undefined {
  const text = value.trim()
  if (text === '') return undefined
  if (!text.startsWith('[')) return value
  try {
    const list = JSON.parse(text) as Json
    return Array.isArray(list) ? list : value
  } catch {
    return value
  }
}
