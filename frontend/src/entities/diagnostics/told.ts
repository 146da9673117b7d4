/**
 * What the studio found beside what is found here: it knows files and tools that a browser does not.
 * What only it says stays, and what only we say stays away, until it answers for the newer text.
 */

import type { Diagnostic } from '@/shared/api/types'
import { difference, follow, Lines } from '../document/text'

export interface Told {
  readonly text: string
  /** Said by the studio alone. */
  readonly added: readonly Diagnostic[]
  /** Said here alone, as `sayingOf` names it. */
  readonly denied: ReadonlySet<string>
}

/** Compare what the studio and we say of one text. */
export function compare(text: string, theirs: readonly Diagnostic[], ours: readonly Diagnostic[]): Told {
  const [known, told] = [new Set(ours.map(sayingOf)), new Set(theirs.map(sayingOf))]
  return {
    text,
    added: theirs.filter((finding) => !known.has(sayingOf(finding))),
    denied: new Set(ours.map(sayingOf).filter((saying) => !told.has(saying))),
  }
}

/** Our findings of a text with what the studio said of an older one. */
export function combine(text: string, ours: readonly Diagnostic[], told: Told | null): readonly Diagnostic[] {
  if (!told || (told.added.length === 0 && told.denied.size === 0)) return ours
  const kept = ours.filter((finding) => !told.denied.has(sayingOf(finding)))
  return [...kept, ...moved(told, text)].sort(
    (a, b) => a.span.line - b.span.line || a.span.column - b.span.column,
  )
}

export function areSame(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return a.length === b.length && a.every((one, at) => lettersOf(one) === lettersOf(b[at]))
}

function lettersOf(finding: Diagnostic | undefined): string {
  if (!finding) return ''
  const { severity, span, fix } = finding
  const places = [span, ...(fix ? [fix.span] : [])].flatMap((one) => [
    one.line,
    one.column,
    one.end_line,
    one.end_column,
  ])
  return [sayingOf(finding), severity, ...places, fix?.title, fix?.text].join('\n')
}

function sayingOf({ code, path, message }: Diagnostic): string {
  return [code, path, message].join('\n')
}

/** What the studio alone said, at its new place; what stood on changed letters waits to be said again. */
function moved(told: Told, text: string): Diagnostic[] {
  const [edit] = difference(told.text, text)
  if (!edit) return [...told.added]
  const [before, after] = [new Lines(told.text), new Lines(text)]
  return told.added.flatMap((finding) => {
    const place = before.place(finding.span)
    if (place.from < edit.to && edit.from < place.to) return []
    const [from, to] = [follow(place.from, [edit]), follow(place.to, [edit])]
    // A fix of theirs was made for the older text.
    return { ...finding, span: after.span({ from, to }), fix: null }
  })
}
