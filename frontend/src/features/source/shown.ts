/** What a document shows in the editor: its findings, and its tasks. Pure, but for what a fix does. */

import type { Diagnostic as Lint } from '@codemirror/lint'
import { findingsOf, fixEdits, twoWords } from '@/entities/document/findings'
import { pairOf, walk } from '@/entities/document/read'
import type { DocumentState, DocumentStore } from '@/entities/document/store'
import { Lines } from '@/entities/document/text'
import type { TaskMarks, WordMarks } from './marks'
import { toEditor } from './offsets'

/** The findings, for the letters they are about and for the ends of their lines. */
export function foundIn(store: DocumentStore, length: number): { lints: Lint[]; words: WordMarks } {
  const state = store.getState()
  const { checkedText: text } = state
  const lines = new Lines(text)
  const lints: Lint[] = []
  const words = findingsOf(state).map((finding) => {
    const { severity, message } = finding
    const place = lines.place(finding.span)
    const from = Math.min(toEditor(text, place.from), length)
    const to = Math.min(Math.max(from, toEditor(text, place.to)), length)
    const apply = () => store.getState().apply(fixEdits(store.getState(), finding), 'fix')
    const actions = finding.fix ? { actions: [{ name: finding.fix.title, apply }] } : {}
    lints.push({ from, to, severity, message, ...actions })
    return { at: from, text: twoWords(finding), severity }
  })
  return { lints, words }
}

/** The tasks with their glyphs, and the one that is pointed at. */
export function tasksIn(
  { reading, pointing, text }: DocumentState,
  glyphOf: (path: string, kind: string) => string,
): TaskMarks {
  const place = (offset: number) => toEditor(text, offset)
  const tasks = [...walk(reading.tasks)]
  const chosen = pointing.paths.flatMap((path) => reading.byPath.get(path) ?? [])
  return {
    kinds: tasks.flatMap((task) => {
      const range = pairOf(task.map, task.kind)?.key.range
      return range ? [{ from: place(range[0]), to: place(range[1]) + 1 }] : []
    }),
    tasks: tasks.map((task) => ({
      from: place(task.place.from),
      path: task.path,
      glyph: glyphOf(task.path, task.kind),
    })),
    selected: chosen.map((task) => ({ from: place(task.place.from), to: place(task.place.to) })),
  }
}
