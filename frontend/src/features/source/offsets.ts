/** A text with `\r\n` and the editor's copy with `\n`: offsets in one to offsets in the other. Pure. */

import type { Edit } from '@/entities/document/text'

export function hasReturns(text: string): boolean {
  return text.includes('\r')
}

/** The editor's copy: every break is one letter. */
export function flat(text: string): string {
  return hasReturns(text) ? text.replace(/\r\n?/g, '\n') : text
}

/** Where an offset of the editor lies in the text. */
export function toText(text: string, offset: number): number {
  if (!hasReturns(text)) return offset
  let seen = 0
  let at = 0
  while (seen < offset && at < text.length) {
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1
    seen += 1
  }
  return at
}

/** Where an offset of the text lies in the editor. */
export function toEditor(text: string, offset: number): number {
  return hasReturns(text) ? flat(text.slice(0, offset)).length : offset
}

/** Edits of the editor as edits of the text, with the text's own breaks. */
export function editsToText(text: string, edits: readonly Edit[]): Edit[] {
  if (!hasReturns(text)) return [...edits]
  return edits.map((edit) => ({
    from: toText(text, edit.from),
    to: toText(text, edit.to),
    insert: edit.insert.replace(/\r?\n/g, '\r\n'),
  }))
}

/** Edits of the text as edits of the editor. */
export function editsToEditor(text: string, edits: readonly Edit[]): Edit[] {
  return edits.map((edit) => ({
    from: toEditor(text, edit.from),
    to: toEditor(text, edit.to),
    insert: flat(edit.insert),
  }))
}
