/** Looks into a text for what a person points at or types: its subject, and the expression at a place. */

import { OPEN } from '../expression/template'
import type { Task } from './document'
import { walk } from './document'
import { bareExpressions, templates, type Where } from './places'
import { check } from './read'
import type { Subject } from './subject'
import { bareIn, holesIn, type Written } from './written'
import { textsIn } from './yaml/tree'

let last: { text: string; subject: Subject | null } | null = null

/** What a text says; the last answer is kept, for many questions are about one text. */
export function subjectOf(text: string): Subject | null {
  if (last?.text !== text) last = { text, subject: check(text).subject }
  return last.subject
}

/** The inmost task at a line (from 1); between two tasks, the one above. */
export function taskAt(subject: Subject, line: number): Task | null {
  let found: Task | null = null
  for (const task of walk(subject.document.tasks)) {
    if (task.span.line <= line && (!found || task.span.line >= found.span.line)) found = task
  }
  return found
}

/** Every expression of a flow, with what it sees. */
function* expressionsIn(subject: Subject): Generator<{ where: Where; written: Written }> {
  for (const { where, tree } of templates(subject)) {
    for (const scalar of textsIn(tree)) {
      if (!scalar.value.includes(OPEN)) continue
      for (const written of holesIn(subject, scalar, scalar.value)) yield { where, written }
    }
  }
  for (const [path, place] of subject.places) {
    for (const { where, scalar } of bareExpressions(subject, path, place)) {
      const written = bareIn(subject, scalar)
      if (written) yield { where, written }
    }
  }
}

/** The expression whose letters are at a place (line and column from 1). */
export function expressionAt(
  subject: Subject,
  line: number,
  column: number,
): { where: Where; written: Written } | null {
  for (const found of expressionsIn(subject)) {
    const { whole } = found.written
    const starts = whole.line < line || (whole.line === line && whole.column <= column)
    const ends = line < whole.end_line || (line === whole.end_line && column < whole.end_column)
    if (starts && ends) return found
  }
  return null
}
