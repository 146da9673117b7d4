/** The YAML 1.2 core schema: what a scalar's letters mean. */

import { quote } from '@/shared/lib/sentence'
import type { Plain } from './tree'

const MAYBE_TYPED = /^[-+.0-9~nNtTfF]/
const NOTHING = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUE = new Set(['true', 'True', 'TRUE'])
const FALSE = new Set(['false', 'False', 'FALSE'])
const WHOLE = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const CORE_TAG = 'tag:yaml.org,2002:'
const MOST_DIGITS = 64

/** A scalar that has no JSON value; the message says what to write. */
export class BadScalar extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export interface Typed {
  readonly value: Plain
  readonly float: boolean
}

/** The value of a scalar; throws `BadScalar` where JSON has none. */
export function coreValue(letters: string, plain: boolean, tag: string | null): Typed {
  if (tag === null && plain && (letters === '' || MAYBE_TYPED.test(letters))) return typed(letters)
  if (tag === null || tag === '!' || tag === `${CORE_TAG}str`) return { value: letters, float: false }
  const wanted = tag.startsWith(CORE_TAG) ? tag.slice(CORE_TAG.length) : tag
  const read = tag.startsWith(CORE_TAG) ? typed(letters) : { value: letters, float: false }
  if (!['int', 'float', 'bool', 'null'].includes(wanted))
    throw new BadScalar('unknown_tag', `The tag ${quote(tag)} is not allowed here; take it out.`)
  if (wanted === 'float' && typeof read.value === 'number') return { value: read.value, float: true }
  if (typeName(read) !== wanted) throw new BadScalar('bad_value', `${quote(letters)} does not fit its tag.`)
  return read
}

function typeName({ value, float }: Typed): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return float ? 'float' : 'int'
  return typeof value === 'boolean' ? 'bool' : 'str'
}

function typed(letters: string): Typed {
  if (NOTHING.has(letters)) return { value: null, float: false }
  if (TRUE.has(letters)) return { value: true, float: false }
  if (FALSE.has(letters)) return { value: false, float: false }
  if (WHOLE.test(letters)) return { value: whole(letters), float: false }
  if (FLOAT.test(letters)) return { value: finite(letters), float: true }
  if (NOT_FINITE.test(letters))
    throw new BadScalar('bad_number', `${letters} is no JSON number; put it in quotes.`)
  return { value: letters, float: false }
}

function whole(letters: string): number {
  const value = Number(letters)
  // Beyond this a browser cannot tell two neighbours apart.
  if (letters.length <= MOST_DIGITS && Number.isSafeInteger(value)) return value + 0
  throw new BadScalar('bad_number', 'This whole number is too large to be kept exactly; put it in quotes.')
}

function finite(letters: string): number {
  const value = Number(letters)
  if (Number.isFinite(value)) return value
  throw new BadScalar('bad_number', `${letters.slice(0, 40)} is too large for a number; put it in quotes.`)
}
