/** Items of small lists such as `needs` or `with.args`: put in, given another value, taken out. */

import type { Node, YAMLSeq } from 'yaml'
import { cutLines, inlineStart, itemLines, lastLine, ownLines } from './item'
import { type Json, placeOf, type Reading } from './read'
import { entry, eolOf, inline } from './render'
import type { Edit } from './text'

/** Give the item at `index` a value; the index behind the last one adds it. */
export function putValue(reading: Reading, list: YAMLSeq, index: number, value: Json): Edit[] {
  const { text, lines } = reading
  const item = list.items[index] as Node | undefined
  if (item) return [{ ...placeOf(text, item), insert: inline(value, list.flow === true) }]
  const last = list.items.at(-1) as Node | undefined
  if (list.flow) {
    const at = last ? placeOf(text, last).to : (list.range?.[0] ?? 0) + 1
    return [{ from: at, to: at, insert: `${last ? ', ' : ''}${inline(value, true)}` }]
  }
  const { column } = itemLines(reading, list, index - 1)
  const at = lines.endOf(lastLine(reading, last as Node))
  const eol = eolOf(text)
  // The letters of a key without the key: what stands behind its colon.
  const letters = entry('x', value, ' '.repeat(column), eol).slice('x:'.length)
  return [{ from: at, to: at, insert: `${eol}${' '.repeat(column)}-${letters}` }]
}

/** Take an item out; the last one leaves `[]` behind. */
export function takeValue(reading: Reading, list: YAMLSeq, index: number): Edit[] {
  const { text } = reading
  const item = list.items[index] as Node
  const next = list.items[index + 1] as Node | undefined
  const before = list.items[index - 1] as Node | undefined
  if (!next && !before) return [{ ...placeOf(text, list), insert: '[]' }]
  if (!list.flow) {
    const { dash } = itemLines(reading, list, index)
    return [cutLines(reading, dash, lastLine(reading, item), before ?? null)]
  }
  const [from, to] = [inlineStart(list, index), placeOf(text, item).to]
  const alone = ownLines(reading, from, to)
  if (alone) return [alone]
  if (next) return [{ from, to: inlineStart(list, index + 1), insert: '' }]
  return [{ from: placeOf(text, before as Node).to, to, insert: '' }]
}
