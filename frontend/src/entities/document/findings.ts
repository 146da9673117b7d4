/** What is wrong with the text right now: the studio's findings, or at once that it is no YAML. */

import type { Diagnostic } from '@/shared/api/types'
import type { Reading } from './read'
import type { DocumentState } from './store'
import type { Edit } from './text'

const spoken = new WeakMap<Reading, readonly Diagnostic[]>()

/** The findings to show. Between a keystroke and the studio's answer, broken YAML speaks for itself. */
export function findingsOf(state: DocumentState): readonly Diagnostic[] {
  const { diagnostics, checkedText, text, reading, fresh } = state
  if (checkedText === text || !fresh) return diagnostics
  const broken = reading.problems.filter((problem) => problem.severity === 'error')
  if (broken.length === 0) return diagnostics
  const known = spoken.get(reading)
  if (known) return known
  const found = broken.map(
    (problem): Diagnostic => ({
      code: 'yaml_syntax',
      severity: 'error',
      message: problem.message,
      span: reading.lines.span(problem.place),
      path: '',
      fix: null,
    }),
  )
  spoken.set(reading, found)
  return found
}

/** The edit that a finding offers, or none where the text has changed since it was found. */
export function fixEdits(state: DocumentState, finding: Diagnostic): Edit[] {
  if (!finding.fix || state.checkedText !== state.text) return []
  const place = state.reading.lines.place(finding.fix.span)
  return [{ from: place.from, to: place.to, insert: finding.fix.text }]
}

const WORDS: Readonly<Record<string, string>> = {
  unknown_agent: 'not defined',
  unknown_tool: 'not defined',
  unknown_model: 'not defined',
  unknown_task: 'no such task',
  unknown_need: 'no such task',
  unknown_input: 'no such input',
  unknown_name: 'unknown name',
  unknown_key: 'unknown key',
  unknown_field: 'no such field',
  kind_not_supported: 'not yet',
  key_not_supported: 'not yet',
  needs_cycle: 'a cycle',
  yaml_syntax: 'cannot read',
}

/** A finding in two words, for the end of its line. */
export function twoWords(finding: Diagnostic): string {
  return WORDS[finding.code] ?? finding.code.replaceAll('_', ' ')
}
