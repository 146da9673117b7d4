/** Keys written into a flow are read by everyone who reads the flow. */

import { lettersIn } from '@/shared/lib/sentence'
import { walk } from './document'
import type { Rule, Subject } from './subject'
import { placeIn } from './yaml/tree'

const SECRET = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}` +
    '|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20}|xox[abeprs]-[A-Za-z0-9-]{10,}' +
    '|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35})(?![A-Za-z0-9_-])' +
    '|-----BEGIN [A-Z ]*PRIVATE KEY-----',
  'gu',
)
const SENTENCE = 'This looks like a secret; store it, and write {secret: NAME} under env in its place.'

export const secretInText: Rule = (subject) => {
  let place = { line: 1, column: 1, at: 0 }
  for (const hit of subject.text.matchAll(SECRET)) {
    place = placeIn(subject.text, place, hit.index)
    const { line, column } = place
    subject.found.path = taskAt(subject, line, column)
    const span = { line, column, end_line: line, end_column: column + lettersIn(hit[0]) }
    subject.found.warn('secret_in_text', SENTENCE, span)
  }
}

/** The inmost task that holds a letter. */
function taskAt(subject: Subject, line: number, column: number): string {
  let inner = ''
  for (const { span, path } of walk(subject.document.tasks)) {
    const starts = span.line < line || (span.line === line && span.column <= column)
    const ends = line < span.end_line || (line === span.end_line && column < span.end_column)
    if (starts && ends) inner = path
  }
  return inner
}
