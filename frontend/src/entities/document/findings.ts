/** What is wrong with the text right now, and the edits that mend it. */

import type { Diagnostic } from '@/shared/api/types'
import type { DocumentState } from './store'
import { type Edit, Lines } from './text'

/** The findings to show; between a keystroke and the next check they speak of the text before it. */
export function findingsOf(state: DocumentState): readonly Diagnostic[] {
  return state.diagnostics
}

/** The edit that a finding offers, or none where the text has changed since it was found. */
export function fixEdits(state: DocumentState, finding: Diagnostic): Edit[] {
  if (!finding.fix || state.checkedText !== state.text) return []
  // The reading may be older than the findings.
  const place = new Lines(state.text).place(finding.fix.span)
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
