/** Where reading puts what it finds: at most 1000 findings, each once, as they stand in the text. */

import type { Diagnostic, Fix, Span } from '@/shared/api/types'
import { LIMITS } from './language'

const ORDER = { error: 0, warning: 1, info: 2 }

export class Findings {
  readonly found: Diagnostic[] = []
  /** The task being read; '' = the flow itself. */
  path = ''

  constructor(found: readonly Diagnostic[] = []) {
    this.found.push(...found)
  }

  error(code: string, message: string, span: Span, fix: Fix | null = null): void {
    this.say('error', code, message, span, fix)
  }

  warn(code: string, message: string, span: Span, fix: Fix | null = null): void {
    this.say('warning', code, message, span, fix)
  }

  private say(severity: Diagnostic['severity'], code: string, message: string, span: Span, fix: Fix | null) {
    if (!this.full) this.found.push({ code, severity, message, span, path: this.path, fix })
  }

  /** Nothing more is taken, so that looking for near words is work for nothing. */
  get full(): boolean {
    return this.found.length >= LIMITS.findings
  }

  sorted(): Diagnostic[] {
    const unique = new Map(this.found.map((finding) => [JSON.stringify(finding), finding]))
    return [...unique.values()].sort(
      (a, b) =>
        a.span.line - b.span.line ||
        a.span.column - b.span.column ||
        ORDER[a.severity] - ORDER[b.severity] ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    )
  }
}

/** The offer to put the nearest word in place, where there is one. */
export function use(word: string | null, span: Span): Fix | null {
  return word === null ? null : { title: `Use ${word}`, span, text: word }
}
