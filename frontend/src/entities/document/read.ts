/** Text -> reading: the flow's tasks with the places of their letters, and what is no YAML. Never throws on a text. */

import type { Alias, Scalar, YAMLMap, YAMLSeq, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Json, TaskKind } from '@/shared/api/types'
import { LIST_NAMES, listsOf, stepOf } from './lists'
import { Lines, type Place } from './text'
import { innerPlace, jsonOf, keyText, nodeAt, pairOf } from './yaml'

export { innerPlace, jsonOf, nodeAt, pairOf, pairPlace, placeOf, toJson } from './yaml'
export type { Json }

export type Kind = TaskKind
export const KINDS: readonly Kind[] = [
  'agent',
  'tool',
  'sequential',
  'parallel',
  'condition',
  'loop',
  'approval',
  'flow',
  'wait',
]
/** Kinds that are there for the tasks in them. */
export const CONTAINERS: ReadonlySet<Kind> = new Set(['sequential', 'parallel', 'condition', 'loop'])
const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

export interface TaskReading {
  readonly path: string
  readonly id: string
  /** False where the text has no `id` and it was made from the kind and the place. */
  readonly idGiven: boolean
  readonly name: string
  readonly kind: Kind
  readonly parent: string
  /** The list of its parent that it stands in, where the parent has several: `then`, a case, `on_error`. */
  readonly branch: string | null
  /** What its path starts with before its id. */
  readonly prefix: string
  /** As written; null where the text has no `needs`. */
  readonly needs: readonly string[] | null
  readonly map: YAMLMap
  readonly list: YAMLSeq
  readonly index: number
  /** The list that holds this task runs top to bottom (`sequential`, or the flow itself). */
  readonly inOrder: boolean
  /** The tasks of all its lists, in the order of the graph. */
  readonly children: readonly TaskReading[]
  /** Its lists, empty ones as well: the body, or branches by name. */
  readonly lists: readonly TaskList[]
  /** The list that a new task goes into: the body, or the first branch. */
  readonly childList: YAMLSeq | null
  /** From the first key to the end of the last value. */
  readonly place: Place
  /** An alias brings it: its letters stand elsewhere. */
  readonly shared: boolean
  /** The whole list that it stands in is brought by an alias. */
  readonly listShared: boolean
}

/** One list of tasks inside a task. */
export interface TaskList {
  readonly branch: string | null
  /** What the paths of its tasks start with. */
  readonly prefix: string
  readonly seq: YAMLSeq | null
  readonly tasks: readonly TaskReading[]
  /** An alias brings it: its letters stand elsewhere. */
  readonly shared: boolean
}

export interface SyntaxProblem {
  readonly message: string
  readonly place: Place
  readonly severity: 'error' | 'warning'
}

export interface Reading {
  readonly text: string
  readonly lines: Lines
  readonly yaml: YamlDocument
  readonly root: YAMLMap | null
  readonly taskList: YAMLSeq | null
  readonly tasks: readonly TaskReading[]
  readonly byPath: ReadonlyMap<string, TaskReading>
  readonly problems: readonly SyntaxProblem[]
}

let latest: Reading | null = null

/** Read a whole text. Broken YAML gives problems and whatever could still be read. */
export function read(text: string): Reading {
  // An edit reads what it would leave behind, and whoever applies it reads the same again.
  if (latest?.text !== text) latest = readWhole(text)
  return latest
}

function readWhole(text: string): Reading {
  const lineCounter = new LineCounter()
  const yaml = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    keepSourceTokens: true,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
    lineCounter,
  })
  const root = isMap(yaml.contents) ? (yaml.contents as YAMLMap) : null
  const listed = root ? nodeAt(yaml, root, 'tasks') : null
  const taskList = isSeq(listed) ? (listed as YAMLSeq) : null
  const listShared = root !== null && isAlias(pairOf(root, 'tasks')?.value)
  const source = { text, yaml, open: new Set<YAMLSeq>(), shared: 0 }
  const tasks = taskList ? readList(source, taskList, { ...TOP, listShared }) : []
  const byPath = new Map<string, TaskReading>()
  for (const task of walk(tasks)) if (!byPath.has(task.path)) byPath.set(task.path, task)
  return { text, lines: new Lines(text), yaml, root, taskList, tasks, byPath, problems: problemsOf(yaml) }
}

/** Every task, parents before children, in source order. */
export function* walk(tasks: readonly TaskReading[]): Generator<TaskReading> {
  for (const task of tasks) {
    yield task
    yield* walk(task.children)
  }
}

/** The tasks by the maps that they are written as; one that an alias brings as well counts where it stands first. */
export function ownersOf(reading: Reading): ReadonlyMap<YAMLMap, TaskReading> {
  const owners = new Map<YAMLMap, TaskReading>()
  for (const task of walk(reading.tasks)) if (!owners.has(task.map)) owners.set(task.map, task)
  return owners
}

/** Names of the entries of a top-level map such as `agents`. */
export function namesIn(reading: Reading, key: string): string[] {
  const map = reading.root ? nodeAt(reading.yaml, reading.root, key) : null
  return isMap(map) ? map.items.map((pair) => keyText(pair.key as Scalar)) : []
}

export function mapIn(reading: Reading, ...keys: string[]): YAMLMap | null {
  let map = reading.root
  for (const key of keys) {
    const value = map ? nodeAt(reading.yaml, map, key) : null
    map = isMap(value) ? (value as YAMLMap) : null
  }
  return map
}

/** Aliases can repeat lists of lists without end: what they bring is read up to here. */
const MOST_SHARED = 10_000

interface Source {
  readonly text: string
  readonly yaml: YamlDocument
  /** The lists that are being read: an alias may bring one back inside of itself. */
  readonly open: Set<YAMLSeq>
  /** How many tasks aliases have brought. */
  shared: number
}

type Where = Pick<TaskReading, 'parent' | 'branch' | 'prefix' | 'inOrder' | 'listShared'>
const TOP: Where = { parent: '', branch: null, prefix: '', inOrder: true, listShared: false }

function readList(source: Source, list: YAMLSeq, where: Where): TaskReading[] {
  const tasks: TaskReading[] = []
  if (source.open.has(list)) return tasks
  source.open.add(list)
  const ids = new Set<string>()
  list.items.forEach((raw, index) => {
    const shared = where.listShared || isAlias(raw)
    if (shared) source.shared += 1
    if (source.shared > MOST_SHARED) return
    const item = isAlias(raw) ? (raw as Alias).resolve(source.yaml) : raw
    const seat = { ...where, list, index, shared }
    const task = isMap(item) ? readTask(source, item as YAMLMap, seat, ids) : null
    if (task) tasks.push(task)
  })
  source.open.delete(list)
  return tasks
}

type Seat = Where & Pick<TaskReading, 'list' | 'index' | 'shared'>

function readTask(source: Source, map: YAMLMap, seat: Seat, ids: Set<string>): TaskReading | null {
  const { text, yaml } = source
  const kind = map.items
    .map((pair) => keyText(pair.key as Scalar))
    .find((key): key is Kind => (KINDS as readonly string[]).includes(key))
  if (!kind) return null
  const given = jsonOf(yaml, map, 'id')
  const idGiven = typeof given === 'string' && ID.test(given) && !LIST_NAMES.has(given)
  const id = unique(idGiven ? given : `${kind}-${seat.index + 1}`, ids)
  const path = seat.prefix + id
  const named = jsonOf(yaml, map, 'name')
  const lists = readLists(source, map, kind, { path, shared: seat.shared })
  return {
    ...seat,
    path,
    id,
    idGiven,
    name: typeof named === 'string' && named !== '' ? named : id,
    kind,
    needs: readNeeds(jsonOf(yaml, map, 'needs')),
    map,
    children: lists.flatMap((list) => list.tasks),
    lists,
    childList: CONTAINERS.has(kind) ? (lists.find((list) => list.seq && isOwn(list))?.seq ?? null) : null,
    place: innerPlace(text, map),
  }
}

/** A list of the task's kind, not one for what goes wrong. */
const isOwn = (list: TaskList) => list.branch === null || !LIST_NAMES.has(list.branch)

function readLists(
  source: Source,
  map: YAMLMap,
  kind: Kind,
  { path, shared }: Pick<TaskReading, 'path' | 'shared'>,
): TaskList[] {
  return listsOf(source.yaml, map, kind).map((list) => {
    const { branch, seq, inOrder } = list
    const prefix = branch === null ? `${path}/` : `${path}/${stepOf(branch)}/`
    const listShared = shared || list.shared
    const tasks = seq ? readList(source, seq, { parent: path, branch, prefix, inOrder, listShared }) : []
    return { branch, prefix, seq, tasks, shared: listShared }
  })
}

/** Give every task a path of its own, even where two siblings have one id. */
function unique(id: string, ids: Set<string>): string {
  let own = id
  for (let count = 2; ids.has(own); count += 1) own = `${id}~${count}`
  ids.add(own)
  return own
}

function readNeeds(needs: Json): readonly string[] | null {
  return Array.isArray(needs) ? needs.filter((need): need is string => typeof need === 'string') : null
}

function problemsOf(yaml: YamlDocument): SyntaxProblem[] {
  const say = (severity: 'error' | 'warning') => (error: { message: string; pos: [number, number] }) => ({
    severity,
    message: error.message.endsWith('.') ? error.message : `${error.message}.`,
    place: { from: error.pos[0], to: error.pos[1] },
  })
  return [...yaml.errors.map(say('error')), ...yaml.warnings.map(say('warning'))]
}
