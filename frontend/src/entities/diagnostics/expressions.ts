/** The expressions of a flow: their syntax, and that everything they read is there by then. */

import { quote } from '@/shared/lib/sentence'
import { check } from '../expression/check'
import { ExpressionSyntax, type Letters } from '../expression/letters'
import { OLD_FORM, OPEN, takeApart } from '../expression/template'
import { bareExpressions, templates, type Where } from './places'
import { checkReference } from './references'
import type { Rule, Subject } from './subject'
import { bareIn, holesIn, lettersSpan, type Written } from './written'
import { spanOf, textsIn, type YamlScalar } from './yaml/tree'

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
      const written = bareIn(subject, scalar)
      if (!written) continue
      subject.found.path = path
      expression(subject, where, written)
    }
  }
}

function inText(subject: Subject, where: Where, scalar: YamlScalar, value: string): void {
  subject.found.path = where.path
  for (const written of holesIn(subject, scalar, value)) expression(subject, where, written)
  if (takeApart(value).unclosed !== null)
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
