/** One expression, and where its letters stand in the text. */

import type { Fix, Span } from '@/shared/api/types'
import type { Reference } from '../expression/letters'
import { OPEN, takeApart } from '../expression/template'
import type { Subject } from './subject'
import type { Place } from './yaml/cursor'
import { placeIn, spanFrom, spanOf, type YamlScalar } from './yaml/tree'

/** `at` is null where the text does not hold the expression letter by letter, as in one with escapes. */
export interface Written {
  readonly source: string
  readonly whole: Span
  readonly scalar: YamlScalar
  readonly at: number | null
}

/** The expressions of a text with `${{ }}`. */
export function* holesIn(subject: Subject, scalar: YamlScalar, value: string): Generator<Written> {
  const letters = subject.text.slice(scalar.start.at, scalar.end.at)
  let cursor = 0
  for (const { source } of takeApart(value).holes) {
    cursor = letters.indexOf(OPEN, cursor)
    if (cursor < 0) {
      yield { source, whole: spanOf(scalar), scalar, at: null }
      continue
    }
    const literal = letters.startsWith(source, cursor + OPEN.length)
    const length = literal ? source.length : letters.slice(cursor).indexOf('}}') - OPEN.length
    const start = scalar.start.at + cursor
    const end = Math.min(start + OPEN.length + Math.max(length, 0) + 2, scalar.end.at)
    const [first, last] = [start, end].map((at) => placeIn(subject.text, scalar.start, at)) as [Place, Place]
    yield { source, whole: spanFrom(first, last), scalar, at: literal ? start + OPEN.length : null }
    cursor += OPEN.length + Math.max(length, 0)
  }
}

/** A value that is an expression without `${{ }}`; null where it is no text, or holds them after all. */
export function bareIn(subject: Subject, scalar: YamlScalar): Written | null {
  const source = scalar.value
  if (typeof source !== 'string' || source.includes(OPEN)) return null
  const offset = subject.text.slice(scalar.start.at, scalar.end.at).indexOf(source)
  return { source, whole: spanOf(scalar), scalar, at: offset < 0 ? null : scalar.start.at + offset }
}

/** The place of some letters of the expression, or of all of it. */
export function lettersSpan(
  { text }: Subject,
  { at, whole, scalar }: Written,
  start: number,
  end: number,
): Span {
  if (at === null) return whole
  return spanFrom(placeIn(text, scalar.start, at + start), placeIn(text, scalar.start, at + end))
}

/** From the first letter of a reference to the last one of one of its members. */
export function referenceSpan(
  subject: Subject,
  written: Written,
  { parts }: Reference,
  to = parts.length - 1,
): Span {
  return lettersSpan(subject, written, parts[0]?.[0] ?? 0, parts[to]?.[1] ?? 0)
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The offer of the nearest name in place of one member of a reference. */
export function memberFix(
  subject: Subject,
  written: Written,
  reference: Reference,
  part: number,
  near: string | null,
): Fix | null {
  const [start, end] = reference.parts[part] ?? [0, 0]
  if (near === null) return null
  const dotted = written.source[start] !== '['
  if (dotted && NAME.test(near)) return lettersFix(subject, written, start, end, near)
  if (part === 0) return null
  return lettersFix(subject, written, dotted ? start - 1 : start, end, `['${near}']`, near)
}

export function lettersFix(
  subject: Subject,
  written: Written,
  start: number,
  end: number,
  text: string,
  title = text,
): Fix | null {
  if (written.at === null) return null
  return { title: `Use ${title}`, span: lettersSpan(subject, written, start, end), text }
}
