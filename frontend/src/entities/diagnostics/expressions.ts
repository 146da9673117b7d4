/** The expressions of a flow: their syntax, and that everything they read is there by then. */

import { quote } from '@/shared/lib/sentence'
import { check } from '../expression/check'
import { ExpressionSyntax, type Letters } from '../expression/letters'
import { OLD_FORM, OPEN, takeApart } from '../expression/template'
import { bareExpressions, templates, type Where } from './places'
import { checkReference } from './references'
import type { Rule, Subject } from './subject'
import { lettersSpan, type Written } from './written'
import { placeIn, spanFrom, spanOf, textsIn, type YamlScalar } from './yaml/tree'

/** Check every expression of the flow. */
export const expressions: Rule = (subject) => {
  for (const { where, tree } of templates(subject)) {
    for (const scalar of textsIn(tree)) {
      if (scalar.value.includes(OPEN)) inText(subject, where, scalar, scalar.value)
      else if (scalar.value.includes('{{')) oldForm(subject, where, scalar, scalar.value)
    }
  }
}

/** Check every bare expression: `if`, `while` and the like. */
export const conditions: Rule = (subject) => {
  for (const [path, place] of subject.places) {
    for (const { where, scalar } of bareExpressions(subject, path, place)) {
      const source = scalar.value
      if (typeof source !== 'string' || source.includes(OPEN)) continue
      subject.found.path = path
      const offset = subject.text.slice(scalar.start.at, scalar.end.at).indexOf(source)
      const at = offset < 0 ? null : scalar.start.at + offset
      expression(subject, where, { source, whole: spanOf(scalar), scalar, at })
    }
  }
}

function inText(subject: Subject, where: Where, scalar: YamlScalar, value: string): void {
  const template = takeApart(value)
  const letters = subject.text.slice(scalar.start.at, scalar.end.at)
  let cursor = 0
  subject.found.path = where.path
  for (const { source } of template.holes) {
    cursor = letters.indexOf(OPEN, cursor)
    let written: Written = { source, whole: spanOf(scalar), scalar, at: null }
    if (cursor >= 0) {
      const literal = letters.startsWith(source, cursor + OPEN.length)
      const length = literal ? source.length : letters.slice(cursor).indexOf('}}') - OPEN.length
      const start = scalar.start.at + cursor
      const end = Math.min(start + OPEN.length + Math.max(length, 0) + 2, scalar.end.at)
      const [first, last] = [start, end].map((at) => placeIn(subject.text, scalar.start, at))
      if (first && last)
        written = { ...written, whole: spanFrom(first, last), at: literal ? start + OPEN.length : null }
      cursor += OPEN.length + Math.max(length, 0)
    }
    expression(subject, where, written)
  }
  if (template.unclosed !== null)
    subject.found.error('bad_expression', "'${{' is never closed with '}}'.", spanOf(scalar))
}

/** Warn of `{{name}}` where no variable of the agent has that name. */
function oldForm(subject: Subject, where: Where, scalar: YamlScalar, value: string): void {
  if (where.variables === null) return
  for (const [whole, name = ''] of value.matchAll(OLD_FORM)) {
    if (where.variables.has(name)) continue
    subject.found.path = where.path
    const sentence = `${whole} stays as it is, for the agent has no variable ${quote(name)}.`
    subject.found.warn('unresolved_var', sentence, spanOf(scalar))
  }
}

function expression(subject: Subject, where: Where, written: Written): void {
  let letters: Letters
  try {
    letters = check(written.source)
  } catch (error) {
    if (!(error instanceof ExpressionSyntax)) throw error
    const width = letterWidth(written.source, error.at)
    const span = lettersSpan(subject, written, error.at, error.at + width)
    subject.found.error('bad_expression', error.message, span)
    return
  }
  let doneTo = 0
  for (const reference of letters.references) {
    if ((reference.parts[0]?.[0] ?? 0) >= doneTo) doneTo = checkReference(subject, where, written, reference)
  }
}

/** The units of the letter at a place; 0 behind the end. */
function letterWidth(source: string, at: number): number {
  return at >= source.length ? 0 : (source.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
