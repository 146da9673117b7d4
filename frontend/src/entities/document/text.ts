/** Small text edits: the only way a flow changes. Offsets count UTF-16 units of the text from 0. */

import type { Span } from '@/shared/api/types'

export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

export interface Place {
  readonly from: number
  readonly to: number
}

/** Letters from (line, column) up to, not including, (end_line, end_column); all from 1, columns in code points. */
export type LineSpan = Span

/** Give the edits in text order; two that overlap are a mistake of the caller. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.from - b.from || a.to - b.to)
  sorted.forEach((edit, at) => {
    const before = sorted[at - 1]
    if (before && before.to > edit.from) throw new RangeError('Two edits overlap.')
  })
  return sorted
}

/** Put every edit into the text at once: all offsets are those of the text as it was. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = ''
  let at = 0
  for (const edit of inOrder(edits)) {
    out += text.slice(at, edit.from) + edit.insert
    at = edit.to
  }
  return out + text.slice(at)
}

/** Give the edits that lead from the changed text back to `text`, byte for byte. */
export function invertEdits(text: string, edits: readonly Edit[]): Edit[] {
  let shift = 0
  return inOrder(edits).map((edit) => {
    const from = edit.from + shift
    shift += edit.insert.length - (edit.to - edit.from)
    return { from, to: from + edit.insert.length, insert: text.slice(edit.from, edit.to) }
  })
}

/** Give the smallest single edit that makes `after` of `before`, or none where they are equal. */
export function difference(before: string, after: string): Edit[] {
  if (before === after) return []
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail += 1
  return [{ from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }]
}

/** Where an offset of the old text lies in the new one; an offset inside a replaced stretch moves to its end. */
export function follow(offset: number, edits: readonly Edit[]): number {
  let moved = offset
  for (const edit of inOrder(edits)) {
    if (edit.from > offset) break
    if (edit.to <= offset) moved += edit.insert.length - (edit.to - edit.from)
    else moved += edit.from + edit.insert.length - offset
  }
  return moved
}

/** As `follow`, for many offsets: null for one whose own letter the edits take away. */
export function survivors(edits: readonly Edit[]): (offset: number) => number | null {
  const sorted = inOrder(edits)
  let shift = 0
  const shifts = sorted.map((edit) => {
    shift += edit.insert.length - (edit.to - edit.from)
    return shift
  })
  return (offset) => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle]?.from ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    const before = sorted[low - 1]
    if (!before) return offset
    return before.to > offset ? null : offset + (shifts[low - 1] ?? 0)
  }
}

/** The lines of one text: offsets to (line, column) and back. Breaks are `\n` and `\r\n`, as in YAML 1.2. */
export class Lines {
  readonly starts: readonly number[]

  constructor(readonly text: string) {
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.starts = starts
  }

  get count(): number {
    return this.starts.length
  }

  /** The line, from 1, that an offset stands on. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  startOf(line: number): number {
    return this.starts[Math.max(0, Math.min(line, this.count) - 1)] ?? 0
  }

  /** The offset of a line's break (or the end of the text), before its `\r`. */
  endOf(line: number): number {
    const next = this.starts[line]
    if (next === undefined) return this.text.length
    return this.text[next - 2] === '\r' ? next - 2 : next - 1
  }

  /** The offset just behind a line's break. */
  afterOf(line: number): number {
    return this.starts[line] ?? this.text.length
  }

  placeAt(offset: number): { line: number; column: number } {
    const line = this.lineAt(offset)
    return { line, column: [...this.text.slice(this.startOf(line), offset)].length + 1 }
  }

  span(place: Place): LineSpan {
    const start = this.placeAt(place.from)
    const end = this.placeAt(place.to)
    return { ...start, end_line: end.line, end_column: end.column }
  }

  offsetAt(line: number, column: number): number {
    if (line > this.count) return this.text.length
    const start = this.startOf(line)
    const letters = [...this.text.slice(start, this.endOf(line))]
    return start + letters.slice(0, Math.max(0, column - 1)).join('').length
  }

  place(span: LineSpan): Place {
    const from = this.offsetAt(span.line, span.column)
    return { from, to: Math.max(from, this.offsetAt(span.end_line, span.end_column)) }
  }
}
