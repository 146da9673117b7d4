/** Two rounds of edits as one: the second counts offsets of the text that the first leaves behind. */

import { type Edit, inOrder } from './text'

/** A stretch that is kept of the first text, or new letters. */
type Part = { readonly from: number; readonly to: number } | string

/** Give the edits that do on a text of `length` units what `first` and then `second` do. */
export function compose(length: number, first: readonly Edit[], second: readonly Edit[]): Edit[] {
  return editsOf(length, change(change([{ from: 0, to: length }], first), second))
}

function change(parts: readonly Part[], edits: readonly Edit[]): Part[] {
  const out: Part[] = []
  const rest = [...parts].reverse()
  let at = 0
  /** Take parts up to an offset, into `into` or away. */
  const take = (until: number, into: Part[] | null) => {
    while (at < until) {
      const part = rest.pop()
      if (part === undefined) return
      const size = sizeOf(part)
      const used = Math.min(size, until - at)
      if (used < size) rest.push(slice(part, used, size))
      into?.push(slice(part, 0, used))
      at += used
    }
  }
  for (const edit of inOrder(edits)) {
    take(edit.from, out)
    take(edit.to, null)
    if (edit.insert !== '') out.push(edit.insert)
  }
  return [...out, ...rest.reverse()]
}

function sizeOf(part: Part): number {
  return typeof part === 'string' ? part.length : part.to - part.from
}

function slice(part: Part, start: number, end: number): Part {
  if (typeof part === 'string') return part.slice(start, end)
  return { from: part.from + start, to: part.from + end }
}

function editsOf(length: number, parts: readonly Part[]): Edit[] {
  const edits: Edit[] = []
  let at = 0
  let insert = ''
  const close = (until: number) => {
    if (until > at || insert !== '') edits.push({ from: at, to: until, insert })
    insert = ''
  }
  for (const part of parts) {
    if (typeof part === 'string') insert += part
    else if (part.to > part.from) {
      close(part.from)
      at = part.to
    }
  }
  close(length)
  return edits
}
