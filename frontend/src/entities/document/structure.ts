/** Edits of a flow's shape: tasks added and taken out, edges drawn and cut. Pure: a reading -> edits. */

import { isScalar, isSeq, type Node, type Scalar, type YAMLSeq } from 'yaml'
import { EditRefused, setField, taskAt } from './edits'
import { type Json, pairOf, placeOf, type Reading, type TaskReading } from './read'
import { entry, eolOf, inline } from './render'
import type { Edit } from './text'

/** What a new task says, in order; the first entry is its `id`. */
export type TaskDraft = readonly (readonly [key: string, value: Json])[]

/** Where a new task lands: after a task, at the end of a container, or at the end of the flow (null). */
export interface Seat {
  readonly after?: string
  readonly into?: string
}

/** Where a seat is: the list that holds it, the tasks in that list, and what their paths start with. */
export interface Found {
  readonly siblings: readonly TaskReading[]
  readonly list: YAMLSeq | null
  readonly parent: TaskReading | null
  readonly prefix: string
}

/** Find the list of a seat; a condition or a frame with `on_error` has several. */
export function seatOf(reading: Reading, seat: Seat): Found {
  if (seat.into !== undefined) {
    const parent = taskAt(reading, seat.into)
    const list = parent.lists.find((one) => one.seq !== null && one.seq === parent.childList)
    return {
      siblings: list?.tasks ?? [],
      list: parent.childList,
      parent,
      prefix: list?.prefix ?? `${parent.path}/`,
    }
  }
  const after = seat.after === undefined ? null : taskAt(reading, seat.after)
  const parent = after?.parent ? taskAt(reading, after.parent) : null
  const list = parent?.lists.find((one) => one.prefix === after?.prefix)
  return {
    siblings: list?.tasks ?? reading.tasks,
    list: parent ? (list?.seq ?? null) : reading.taskList,
    parent,
    prefix: list?.prefix ?? '',
  }
}

/** Make an id of a word that no sibling has. */
export function freshId(word: string, siblings: readonly TaskReading[]): string {
  const stem = word.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'task'
  const taken = new Set(siblings.map((sibling) => sibling.id))
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? stem : `${stem}_${count}`
    if (!taken.has(id)) return id
  }
}

/** Add a task. In a list that runs in order it waits for the one above it without a word about it. */
export function addTask(reading: Reading, draft: TaskDraft, seat: Seat): Edit[] {
  const { text, lines } = reading
  const eol = eolOf(text)
  const { list, parent } = seatOf(reading, seat)
  if (!list) return startList(reading, draft, parent)
  if (list.flow && list.items.length > 0) return addInline(reading, list, draft, seat)
  if (list.flow) return openList(reading, list, draft)
  const at = seat.after === undefined ? list.items.length - 1 : taskAt(reading, seat.after).index
  const item = list.items[at] as Node | undefined
  if (!item) throw new EditRefused('This list cannot be added to; edit it in the source.')
  const place = placeOf(text, item)
  const column = ' '.repeat(dashColumn(reading, list, at))
  const end = lines.endOf(lines.lineAt(place.to))
  const gap = isSpaced(reading, list) ? eol : ''
  return [{ from: end, to: end, insert: `${eol}${gap}${itemLetters(draft, column, eol)}` }]
}

function itemLetters(draft: TaskDraft, column: string, eol: string): string {
  const lines = draft.map(([key, value]) => entry(key, value, `${column}  `, eol))
  return `${column}- ${lines.join(`${eol}${column}  `)}`
}

function startList(reading: Reading, draft: TaskDraft, parent: TaskReading | null): Edit[] {
  if (parent) throw new EditRefused(`Add the first task of ${parent.name} in the source.`)
  const { text } = reading
  const eol = eolOf(text)
  const pair = reading.root ? pairOf(reading.root, 'tasks') : null
  const letters = itemLetters(draft, '  ', eol)
  if (pair) {
    const at = text.indexOf(':', pair.key.range?.[1] ?? 0) + 1
    return [{ from: at, to: at, insert: eol + letters }]
  }
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol
  return [{ from: text.length, to: text.length, insert: `${gap}tasks:${eol}${letters}${eol}` }]
}

/** `[]` becomes a block list under its key. */
function openList(reading: Reading, list: YAMLSeq, draft: TaskDraft): Edit[] {
  const { text, lines } = reading
  const place = placeOf(text, list)
  const line = lines.startOf(lines.lineAt(place.from))
  const column = /^[ -]*/.exec(text.slice(line, place.from))?.[0].length ?? 0
  const eol = eolOf(text)
  let from = place.from
  while (text[from - 1] === ' ') from -= 1
  return [{ from, to: place.to, insert: eol + itemLetters(draft, ' '.repeat(column + 2), eol) }]
}

function addInline(reading: Reading, list: YAMLSeq, draft: TaskDraft, seat: Seat): Edit[] {
  const at = seat.after === undefined ? list.items.length - 1 : taskAt(reading, seat.after).index
  const end = placeOf(reading.text, list.items[at] as Node).to
  return [{ from: end, to: end, insert: `, ${inline(Object.fromEntries(draft), true)}` }]
}

interface ListToken {
  items?: { start?: { type: string; offset: number }[] }[]
}

function dashOffset(list: YAMLSeq, at: number): number | null {
  const token = list.srcToken as ListToken | undefined
  return token?.items?.[at]?.start?.find((part) => part.type === 'seq-item-ind')?.offset ?? null
}

function dashColumn(reading: Reading, list: YAMLSeq, at: number): number {
  const dash = dashOffset(list, at)
  if (dash === null) throw new EditRefused('This list cannot be edited here; edit it in the source.')
  return dash - reading.lines.startOf(reading.lines.lineAt(dash))
}

/** The tasks of this list stand apart by a blank line. */
function isSpaced(reading: Reading, list: YAMLSeq): boolean {
  const { lines, text } = reading
  const second = list.items.length > 1 ? dashOffset(list, 1) : null
  if (second === null) return false
  const line = lines.lineAt(second)
  const above = text.slice(lines.startOf(line - 1), lines.endOf(line - 1)).trim()
  return above === ''
}

/** Take a task out and heal: who waited for it waits for what it waited for. */
export function removeTask(reading: Reading, path: string): Edit[] {
  const task = taskAt(reading, path)
  const { siblings } = seatOf(reading, { after: path })
  const edits = siblings
    .filter((sibling) => sibling !== task && sibling.needs?.includes(task.id))
    .flatMap((sibling) => {
      const kept = (sibling.needs ?? []).filter((need) => need !== task.id)
      const healed = [...kept, ...(task.needs ?? [])].filter((need, at, all) => all.indexOf(need) === at)
      return setField(reading, sibling.path, ['needs'], healed)
    })
  return [...edits, ...removeItem(reading, task)]
}

function removeItem(reading: Reading, task: TaskReading): Edit[] {
  const { text, lines } = reading
  const { list, index } = task
  if (list.items.length === 1) return [{ ...listValue(reading, list), insert: list.flow ? '[]' : ' []' }]
  if (list.flow) {
    const place = placeOf(text, list.items[index] as Node)
    const next = list.items[index + 1] as Node | undefined
    if (next) return [{ from: place.from, to: next.range?.[0] ?? place.to, insert: '' }]
    return [{ from: placeOf(text, list.items[index - 1] as Node).to, to: place.to, insert: '' }]
  }
  const dash = dashOffset(list, index)
  if (dash === null) throw new EditRefused('This task cannot be taken out here; edit it in the source.')
  const first = lines.lineAt(dash)
  let last = lines.lineAt(placeOf(text, list.items[index] as Node).to)
  if (text.slice(lines.startOf(first), dash).trim() !== '') {
    throw new EditRefused('This task shares its line with another; edit it in the source.')
  }
  const blank = (line: number) =>
    line >= 1 && line < lines.count && text.slice(lines.startOf(line), lines.endOf(line)).trim() === ''
  if (blank(first - 1)) while (blank(last + 1)) last += 1
  if (last >= lines.count) return [{ from: lines.endOf(first - 1), to: text.length, insert: '' }]
  return [{ from: lines.startOf(first), to: lines.afterOf(last), insert: '' }]
}

/** The letters from behind the key's colon to the end of a list. */
function listValue(reading: Reading, list: YAMLSeq): { from: number; to: number } {
  const { text } = reading
  const place = placeOf(text, list)
  if (list.flow) return place
  return { from: text.lastIndexOf(':', dashOffset(list, 0) ?? place.from) + 1, to: place.to }
}

/** Draw an edge: `to` waits for `from`, beside what it waits for already. */
export function connect(reading: Reading, from: string, to: string, effective: readonly string[]): Edit[] {
  const source = taskAt(reading, from)
  const target = taskAt(reading, to)
  if (source.prefix !== target.prefix) {
    throw new EditRefused('An edge joins tasks of one list; join the frames instead.')
  }
  if (effective.includes(source.id)) return []
  const pair = pairOf(target.map, 'needs')
  const list = pair?.value
  if (isSeq(list) && list.flow && list.items.length > 0) {
    const end = placeOf(reading.text, list.items.at(-1) as Node).to
    return [{ from: end, to: end, insert: `, ${inline(source.id, true)}` }]
  }
  return setField(reading, to, ['needs'], [...effective, source.id])
}

/** Cut an edge. A task that then waits for nothing says so with `needs: []`. */
export function disconnect(reading: Reading, from: string, to: string, effective: readonly string[]): Edit[] {
  const source = taskAt(reading, from)
  const target = taskAt(reading, to)
  const list = pairOf(target.map, 'needs')?.value
  if (isSeq(list) && list.flow && list.items.length > 1) {
    const at = list.items.findIndex((item) => isScalar(item) && (item as Scalar).value === source.id)
    const item = list.items[at] as Node | undefined
    const next = list.items[at + 1] as Node | undefined
    const before = list.items[at - 1] as Node | undefined
    if (item && next) return [{ from: item.range?.[0] ?? 0, to: next.range?.[0] ?? 0, insert: '' }]
    if (item && before) {
      return [{ from: placeOf(reading.text, before).to, to: placeOf(reading.text, item).to, insert: '' }]
    }
  }
  const kept = effective.filter((need) => need !== source.id)
  return setField(reading, to, ['needs'], kept)
}
