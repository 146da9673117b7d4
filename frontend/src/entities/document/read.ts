/** Text -> reading: the flow's tasks with the places of their letters, and what is no YAML. Never throws on a text. */

import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Json, TaskKind } from '@/shared/api/types'
import { Lines, type Place } from './text'

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
/** Kinds whose children this release reads, draws and runs. */
export const CONTAINERS: ReadonlySet<Kind> = new Set(['sequential', 'parallel'])
const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

export interface TaskReading {
  readonly path: string
  readonly id: string
  /** False where the text has no `id` and it was made from the kind and the place. */
  readonly idGiven: boolean
  readonly name: string
  readonly kind: Kind
  readonly parent: string
  /** As written; null where the text has no `needs`. */
  readonly needs: readonly string[] | null
  readonly map: YAMLMap
  readonly list: YAMLSeq
  readonly index: number
  /** The list that holds this task runs top to bottom (`sequential`, or the flow itself). */
  readonly inOrder: boolean
  readonly children: readonly TaskReading[]
  readonly childList: YAMLSeq | null
  /** From the first key to the end of the last value. */
  readonly place: Place
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

/** Read a whole text. Broken YAML gives problems and whatever could still be read. */
export function read(text: string): Reading {
  const lineCounter = new LineCounter()
  const yaml = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    keepSourceTokens: true,
    prettyErrors: false,
    uniqueKeys: true,
    lineCounter,
  })
  const root = isMap(yaml.contents) ? (yaml.contents as YAMLMap) : null
  const listed = root ? nodeAt(yaml, root, 'tasks') : null
  const taskList = isSeq(listed) ? (listed as YAMLSeq) : null
  const tasks = taskList ? readList({ text, yaml }, taskList, '', true) : []
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

export function pairOf(map: YAMLMap, key: string): Pair<Node, Node | null> | null {
  const found = map.items.find((pair) => isScalar(pair.key) && keyText(pair.key as Scalar) === key)
  return (found as Pair<Node, Node | null> | undefined) ?? null
}

/** The value of a key with aliases followed. */
export function nodeAt(yaml: YamlDocument, map: YAMLMap, key: string): Node | null {
  const value = pairOf(map, key)?.value ?? null
  return isAlias(value) ? (((value as Alias).resolve(yaml) as Node | null) ?? null) : value
}

/** The JSON value of a key, null where there is none. */
export function jsonOf(yaml: YamlDocument, map: YAMLMap | null, key: string): Json {
  const value = map ? nodeAt(yaml, map, key) : null
  return value === null ? null : toJson(yaml, value)
}

export function toJson(yaml: YamlDocument, node: Node): Json {
  try {
    return node.toJS(yaml, { maxAliasCount: 100 }) as Json
  } catch {
    return null
  }
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

/** The letters of a node without the blank lines that the parser counts to a `|` or `>` text. */
export function placeOf(text: string, node: Node): Place {
  const [from, to] = node.range ?? [0, 0]
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) {
    const header = text.indexOf('\n', from)
    const body = text.slice(from, to).trimEnd()
    const end = from + body.length
    return { from, to: header >= 0 && end > header ? end : from + firstWord(text, from) }
  }
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = node.items.at(-1)
    return { from, to: last ? Math.max(from, endOf(text, last as Node | Pair<Node, Node | null>)) : to }
  }
  return { from, to }
}

function firstWord(text: string, from: number): number {
  return /^[|>][-+0-9]*/.exec(text.slice(from, from + 8))?.[0].length ?? 1
}

function endOf(text: string, item: Node | Pair<Node, Node | null>): number {
  if ('key' in item && !('range' in item)) {
    if (item.value?.range && item.value.range[1] > item.value.range[0]) return placeOf(text, item.value).to
    const end = item.key.range?.[1] ?? 0
    const colon = text.indexOf(':', end)
    return colon >= 0 ? colon + 1 : end
  }
  return placeOf(text, item as Node).to
}

/** The letters of one `key: value`. */
export function pairPlace(text: string, pair: Pair<Node, Node | null>): Place {
  return { from: pair.key.range?.[0] ?? 0, to: endOf(text, pair) }
}

/** From the first key to the end of the last value, without braces. */
export function innerPlace(text: string, map: YAMLMap): Place {
  const first = map.items[0] as Pair<Node, Node | null> | undefined
  const last = map.items.at(-1) as Pair<Node, Node | null> | undefined
  if (!first || !last) return placeOf(text, map)
  return { from: first.key.range?.[0] ?? 0, to: endOf(text, last) }
}

function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

interface Source {
  readonly text: string
  readonly yaml: YamlDocument
}

function readList(source: Source, list: YAMLSeq, parent: string, inOrder: boolean): TaskReading[] {
  const tasks: TaskReading[] = []
  const ids = new Set<string>()
  list.items.forEach((raw, index) => {
    const item = isAlias(raw) ? (raw as Alias).resolve(source.yaml) : raw
    const seat = { list, index, parent, inOrder }
    const task = isMap(item) ? readTask(source, item as YAMLMap, seat, ids) : null
    if (task) tasks.push(task)
  })
  return tasks
}

type Seat = Pick<TaskReading, 'list' | 'index' | 'parent' | 'inOrder'>

function readTask({ text, yaml }: Source, map: YAMLMap, seat: Seat, ids: Set<string>): TaskReading | null {
  const kind = map.items
    .map((pair) => keyText(pair.key as Scalar))
    .find((key): key is Kind => (KINDS as readonly string[]).includes(key))
  if (!kind) return null
  const given = jsonOf(yaml, map, 'id')
  const idGiven = typeof given === 'string' && ID.test(given)
  const id = unique(idGiven ? given : `${kind}-${seat.index + 1}`, ids)
  const path = seat.parent ? `${seat.parent}/${id}` : id
  const named = jsonOf(yaml, map, 'name')
  const childList = CONTAINERS.has(kind) ? childrenOf(yaml, map, kind) : null
  return {
    ...seat,
    path,
    id,
    idGiven,
    name: typeof named === 'string' && named !== '' ? named : id,
    kind,
    needs: readNeeds(jsonOf(yaml, map, 'needs')),
    map,
    children: childList ? readList({ text, yaml }, childList, path, kind !== 'parallel') : [],
    childList,
    place: innerPlace(text, map),
  }
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

function childrenOf(yaml: YamlDocument, map: YAMLMap, kind: Kind): YAMLSeq | null {
  const value = nodeAt(yaml, map, kind)
  if (isSeq(value)) return value as YAMLSeq
  const inner = isMap(value) ? nodeAt(yaml, value as YAMLMap, 'do') : null
  return isSeq(inner) ? (inner as YAMLSeq) : null
}

function problemsOf(yaml: YamlDocument): SyntaxProblem[] {
  const say = (severity: 'error' | 'warning') => (error: { message: string; pos: [number, number] }) => ({
    severity,
    message: error.message.endsWith('.') ? error.message : `${error.message}.`,
    place: { from: error.pos[0], to: error.pos[1] },
  })
  return [...yaml.errors.map(say('error')), ...yaml.warnings.map(say('warning'))]
}
