/** One expression, and where its letters stand in the text. */

import type { Fix, Span } from '@/shared/api/types'
import type { Reference } from '../expression/letters'
import type { Subject } from './subject'
import { placeIn, spanFrom, type YamlScalar } from './yaml/tree'

/** `at` is null where the text does not hold the expression letter by letter, as in one with escapes. */
export interface Written {
  readonly source: string
  readonly whole: Span
  readonly scalar: YamlScalar
  readonly at: number | null
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
