/** What every reader of a value gives and says. */

import type { Fix } from '@/shared/api/types'
import type { Findings } from './findings'
import type { Shape } from './language'
import { type Json, kindWord, spanOf, type Yaml } from './yaml/tree'

/** What a shape gives for a value that does not fit, after it has said so. */
export const BAD = undefined
export type Read = Json | typeof BAD
export type ReadShape = (shape: Shape, value: Yaml, what: string, found: Findings) => Read

export function wrong(
  value: Yaml,
  what: string,
  wanted: string,
  found: Findings,
  fix: Fix | null = null,
): typeof BAD {
  found.error('bad_value', `${what} must be ${wanted}, not ${kindWord(value)}.`, spanOf(value), fix)
  return BAD
}

export function readText(value: Yaml, what: string, found: Findings, wanted = 'text'): Read {
  if (value.is !== 'scalar' || value.value === null) return wrong(value, what, wanted, found)
  if (typeof value.value === 'string') return value.value
  return wrong(value, what, `${wanted} (put it in quotes)`, found)
}
