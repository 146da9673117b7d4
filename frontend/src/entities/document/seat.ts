/** Where a task may land: the lists of a flow, named by a task beside it or by the task that holds them. */

import { isAlias, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import { CONTAINERS, nodeAt, pairOf, type Reading, type TaskReading, walk } from './read'
import { EditRefused, taskAt } from './refused'

/** Beside a task, at the end of a list inside a task, or at the end of the flow. */
export interface Seat {
  readonly after?: string
  readonly before?: string
  readonly into?: string
  /** With `into`: which list, where the task has several. Left out: the body, or the first branch. */
  readonly branch?: string
}

/** The list of a seat, the tasks in it, and what their paths start with. */
export interface Found {
  readonly siblings: readonly TaskReading[]
  /** Null where the text has no such list yet. */
  readonly list: YAMLSeq | null
  readonly parent: TaskReading | null
  readonly branch: string | null
  readonly prefix: string
  /** The place among the items of the list that the new one takes. */
  readonly index: number
  readonly inOrder: boolean
}

/** Find the list of a seat; a condition or a task with `on_error` has several. */
export function seatOf(reading: Reading, seat: Seat): Found {
  const found = seat.into === undefined ? besideOf(reading, seat) : insideOf(reading, seat.into, seat.branch)
  if (found.shared) {
    throw new EditRefused('This list is an alias of one written elsewhere; edit it there, in the source.')
  }
  return found
}

function insideOf(reading: Reading, into: string, name: string | undefined): Found & { shared: boolean } {
  const parent = taskAt(reading, into)
  const own =
    name === undefined
      ? parent.lists.find((list) => list.seq !== null && list.seq === parent.childList)
      : parent.lists.find((list) => list.branch === name)
  const body = own ?? (name === undefined ? parent.lists[0] : undefined)
  const branch = body ? body.branch : (name ?? defaultBranch(parent))
  return {
    siblings: body?.tasks ?? [],
    list: body?.seq ?? null,
    parent,
    branch,
    prefix: body?.prefix ?? `${parent.path}/${branch === null ? '' : `${branch}/`}`,
    index: body?.seq?.items.length ?? 0,
    inOrder: parent.kind !== 'parallel' || branch !== null,
    shared: body?.shared ?? parent.shared,
  }
}

function defaultBranch(parent: TaskReading): string | null {
  if (!CONTAINERS.has(parent.kind)) throw new EditRefused(`${parent.name} holds no tasks.`)
  return parent.kind === 'condition' ? 'then' : null
}

function besideOf(reading: Reading, seat: Seat): Found & { shared: boolean } {
  const path = seat.after ?? seat.before
  const beside = path === undefined ? null : taskAt(reading, path)
  const parent = beside?.parent ? taskAt(reading, beside.parent) : null
  const home = parent?.lists.find((one) => one.prefix === beside?.prefix)
  const list = parent ? (home?.seq ?? null) : reading.taskList
  const listed = reading.root ? pairOf(reading.root, 'tasks')?.value : null
  return {
    siblings: home?.tasks ?? reading.tasks,
    list,
    parent,
    branch: home?.branch ?? null,
    prefix: home?.prefix ?? '',
    index: beside ? beside.index + (seat.after === undefined ? 0 : 1) : (list?.items.length ?? 0),
    inOrder: beside?.inOrder ?? true,
    shared: beside ? beside.listShared : isAlias(listed),
  }
}

/** The map and the key that hold a list, or would. */
export interface Holder {
  readonly map: YAMLMap
  readonly key: string
}

/** Find where the list of a seat hangs; null where the flow itself has no map yet. */
export function holderOf(reading: Reading, found: Found): Holder | null {
  const { parent, branch } = found
  if (!parent) return reading.root && { map: reading.root, key: 'tasks' }
  if (branch === 'on_error') return { map: parent.map, key: branch }
  const inner = nodeAt(reading.yaml, parent.map, parent.kind)
  if (branch === null) {
    if (isMap(inner)) return { map: inner as YAMLMap, key: 'do' }
    if (parent.kind !== 'loop') return { map: parent.map, key: parent.kind }
  } else if (isMap(inner)) {
    const cases = pairOf(inner as YAMLMap, 'cases')?.value
    if (isMap(cases) && pairOf(cases as YAMLMap, branch)) return { map: cases as YAMLMap, key: branch }
    return { map: inner as YAMLMap, key: branch }
  }
  throw new EditRefused(`Write what ${parent.name} decides or repeats first.`)
}

/** The list of a seat stands between braces or brackets, so that lines cannot be put into it. */
export function isInline(reading: Reading, found: Found): boolean {
  if (found.list?.flow && found.list.items.length > 0) return true
  for (let parent = found.parent; parent; parent = parent.parent ? taskAt(reading, parent.parent) : null) {
    const inner = pairOf(parent.map, parent.kind)?.value
    const cases = isMap(inner) ? pairOf(inner as YAMLMap, 'cases')?.value : null
    for (const node of [parent.map, parent.list, inner, cases]) {
      const empty = node === found.list
      if (!empty && (isMap(node) || isSeq(node)) && node.flow) return true
    }
  }
  return reading.root?.flow === true
}

/** Every id that a task of the flow has. */
export function idsOf(reading: Reading): Set<string> {
  return new Set([...walk(reading.tasks)].map((task) => task.id))
}

/** Make an id of a word that is not taken. */
export function freshId(word: string, taken: ReadonlySet<string>): string {
  const stem = word.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'task'
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? stem : `${stem}_${count}`
    if (!taken.has(id)) return id
  }
}
