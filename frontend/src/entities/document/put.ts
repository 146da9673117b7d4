/** Items of a list of tasks as letters: put at a seat, cut from their place. */

import { isAlias, type Node, type YAMLSeq } from 'yaml'
import {
  cutLines,
  hasComment,
  inlineStart,
  isBlank,
  itemLines,
  keptEnd,
  lastLine,
  lineText,
  shift,
  withComments,
} from './item'
import { indentOf } from './pair'
import { type Json, pairOf, pairPlace, placeOf, type Reading, type TaskReading } from './read'
import { EditRefused } from './refused'
import { entry, eolOf, inline } from './render'
import { type Found, holderOf, isInline, type Seat, seatOf } from './seat'
import { takeValue } from './sequence'
import type { Edit } from './text'
import { colonOf, tokensBetween } from './yaml'

/** What a new task says, in order; the first entry is its `id`. */
export type TaskDraft = readonly (readonly [key: string, value: Json])[]

/** One or more tasks on their way into a list. */
export interface Item {
  /** Lines with the dashes at column 0, without breaks; comments of a task stand above its dash. */
  readonly lines: readonly string[]
  /** The same as it stands between brackets, or null where only lines can say it. */
  readonly inline: string | null
  /** It ends with a `|+` text, to which blank lines below would be added. */
  readonly kept: boolean
}

export function itemOfDraft(draft: TaskDraft): Item {
  const lines = draft.map(([key, value]) => entry(key, value, '  ', '\n')).join('\n  ')
  return { lines: `- ${lines}`.split('\n'), inline: inline(Object.fromEntries(draft), true), kept: false }
}

/** A task as it is written, with the comments that are its own. */
export function itemOf(reading: Reading, task: TaskReading): Item {
  const { list, index } = task
  const node = list.items[index] as Node
  if (isAlias(node)) {
    throw new EditRefused(`${task.name} is an alias; only the source can move or copy it.`)
  }
  if (list.flow) return inlineItem(reading, list, index)
  const { first, dash, last, column } = itemLines(reading, list, index)
  const lines: string[] = []
  for (let line = first; line <= last; line += 1) lines.push(lineText(reading, line).replace(/^\uFEFF/, ''))
  const letters = task.map.flow ? reading.text.slice(node.range?.[0], placeOf(reading.text, node).to) : null
  const bare = first === dash && lines.at(-1)?.endsWith('}') && !node.anchor && !node.tag
  return {
    lines: shift(lines, -column),
    inline: bare ? letters : null,
    kept: keptEnd(reading, node) !== null,
  }
}

function inlineItem(reading: Reading, list: YAMLSeq, index: number): Item {
  const { text } = reading
  const from = inlineStart(list, index)
  const node = list.items[index] as Node
  if (text[node.range?.[0] ?? 0] !== '{') {
    throw new EditRefused('This task is written without { } in a [ ] list; edit it in the source.')
  }
  refuseComments(text.slice(...rangeOf(list)))
  const letters = text.slice(from, placeOf(text, node).to)
  const lines = letters
    .split(/\r?\n/)
    .map((line, at) => (at === 0 ? `- ${line}` : /^ {0,2}(?=\S)/.test(line) ? `  ${line.trimStart()}` : line))
  return { lines, inline: letters, kept: false }
}

const rangeOf = (node: Node): [number, number] => [node.range?.[0] ?? 0, node.range?.[1] ?? 0]

function refuseComments(letters: string): void {
  if (hasComment(letters)) {
    throw new EditRefused('There are comments between the [ ] of this list; edit it in the source.')
  }
}

/** Put tasks at a seat. */
export function putItem(reading: Reading, seat: Seat, item: Item): Edit[] {
  const found = seatOf(reading, seat)
  const { list, index } = found
  if (isInline(reading, found)) return putInline(reading, found, item)
  if (!list || list.items.length === 0) return putFirst(reading, found, item)
  return [index < list.items.length ? above(reading, list, index, item) : below(reading, list, item)]
}

function below(reading: Reading, list: YAMLSeq, item: Item): Edit {
  const { lines, text } = reading
  const at = list.items.length - 1
  const { column, last } = itemLines(reading, list, at)
  const eol = eolOf(text)
  const letters = shift(item.lines, column).join(eol)
  let line = last
  if (item.kept) while (isBlank(reading, line + 1)) line += 1
  const gap = isSpaced(reading, list) && keptEnd(reading, list.items[at] as Node) === null && line === last
  const end = lines.endOf(line)
  return { from: end, to: end, insert: eol + (gap ? eol : '') + letters }
}

function above(reading: Reading, list: YAMLSeq, index: number, item: Item): Edit {
  const { lines, text } = reading
  const { column, first } = itemLines(reading, list, index)
  const eol = eolOf(text)
  const at = lines.startOf(first)
  const gap = isSpaced(reading, list) && !item.kept ? eol : ''
  return { from: at, to: at, insert: shift(item.lines, column).join(eol) + eol + gap }
}

/** The tasks of this list stand apart by a blank line. */
function isSpaced(reading: Reading, list: YAMLSeq): boolean {
  return list.items.length > 1 && isBlank(reading, itemLines(reading, list, 1).first - 1)
}

function putInline(reading: Reading, found: Found, item: Item): Edit[] {
  const { list, index } = found
  const { text } = reading
  if (item.inline === null) {
    throw new EditRefused('That list is written with [ ] on its line, which lines of a task cannot go into.')
  }
  if (!list) {
    const holder = holderOf(reading, found)
    if (!holder || pairOf(holder.map, holder.key))
      throw new EditRefused('Add the first task here in the source.')
    const last = holder.map.items.at(-1)
    const at = last ? pairPlace(text, last as never).to : (holder.map.range?.[0] ?? 0) + 1
    return [{ from: at, to: at, insert: `${last ? ', ' : ''}${holder.key}: [${item.inline}]` }]
  }
  const next = list.items[index] as Node | undefined
  if (next) {
    const at = inlineStart(list, index)
    return [{ from: at, to: at, insert: `${item.inline}, ` }]
  }
  const last = list.items.at(-1) as Node | undefined
  const at = last ? placeOf(text, last).to : rangeOf(list)[0] + 1
  return [{ from: at, to: at, insert: `${last ? ', ' : ''}${item.inline}` }]
}

/** The first task of a list that is `[]`, empty or not there. */
function putFirst(reading: Reading, found: Found, item: Item): Edit[] {
  const { text, lines } = reading
  const eol = eolOf(text)
  const holder = holderOf(reading, found)
  const letters = (column: number) => shift(item.lines, column).join(eol)
  if (!holder) {
    const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol
    return [{ from: text.length, to: text.length, insert: `${gap}tasks:${eol}${letters(2)}${eol}` }]
  }
  const { map, key } = holder
  const indent = indentOf(reading, map)
  const pair = pairOf(map, key)
  if (!pair) {
    const last = map.items.at(-1) as { value: Node | null } | undefined
    const end = last?.value ? lastLine(reading, last.value) : lines.lineAt(pairPlace(text, last as never).to)
    const at = lines.endOf(withComments(reading, end, indent.length))
    return [{ from: at, to: at, insert: `${eol}${indent}${key}:${eol}${letters(indent.length + 2)}` }]
  }
  if (pair.value && !found.list && (pair.value.range?.[1] ?? 0) > (pair.value.range?.[0] ?? 0)) {
    throw new EditRefused(`${key} is ${text.slice(...rangeOf(pair.value))} here; change that first.`)
  }
  const colon = colonOf(pair) ?? pair.key.range?.[1] ?? 0
  const empty = found.list
  const head = lines.lineAt(empty ? placeOf(text, empty).to : colon)
  const line = lines.endOf(withComments(reading, head, indent.length))
  const put = { from: line, to: line, insert: eol + letters(indent.length + 2) }
  if (!empty) return [put]
  const place = placeOf(text, empty)
  let from = place.from
  while (text[from - 1] === ' ') from -= 1
  return [{ from, to: place.to, insert: '' }, put]
}

/** Take a task out of its list; its own comments go with it, the last one leaves `[]` behind. */
export function cutItem(reading: Reading, task: TaskReading): Edit[] {
  const { list, index } = task
  if (task.listShared) {
    throw new EditRefused('This list is an alias of one written elsewhere; edit it there, in the source.')
  }
  if (list.flow) return takeValue(reading, list, index)
  const { first, last } = itemLines(reading, list, index)
  const above = (list.items[index - 1] ?? null) as Node | null
  const cut = (end: number) => cutLines(reading, first, end, above)
  if (list.items.length > 1) {
    let end = last
    if (isBlank(reading, first - 1)) while (isBlank(reading, end + 1)) end += 1
    return [cut(end)]
  }
  const holder = holderOf(reading, seatOf(reading, { after: task.path }))
  const pair = holder && pairOf(holder.map, holder.key)
  if (!pair) throw new EditRefused('The only task of this list can be taken out in the source alone.')
  const tokens = tokensBetween(pair).filter(({ type }) => HEAD.has(type))
  const at = Math.max(...tokens.map(({ offset, source }) => offset + source.length))
  return [{ from: at, to: at, insert: ' []' }, cut(last)]
}

/** What stands between a key and a list of dashes and belongs to the list. */
const HEAD: ReadonlySet<string> = new Set(['map-value-ind', 'anchor', 'tag'])
