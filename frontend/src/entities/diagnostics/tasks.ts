/** Lists of tasks: ids, paths, kinds, the needs that a list's order implies. */

import type { TaskKind } from '@/shared/api/types'
import { nearest, quote } from '@/shared/lib/sentence'
import { asMap, lastStep, type Task, textsOf } from './document'
import { type Findings, use } from './findings'
import { type BranchStep, expressionOf, readKind, type TaskLists } from './kinds'
import { type FieldsShape, KIND_SIBLINGS, KINDS, LIST_NAMES, TASK_KEYS } from './language'
import { readFields } from './shapes'
import {
  firstSpan,
  innerSpan,
  type Json,
  keySpan,
  kindWord,
  map,
  spanOf,
  textAt,
  type Yaml,
  type YamlMap,
} from './yaml/tree'

const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const isKind = (word: string): word is TaskKind => KINDS.includes(word)

const FIELDS = new Map(KINDS.map((kind) => [kind, fieldsOf(kind)]))

function fieldsOf(kind: string): FieldsShape {
  const own = KIND_SIBLINGS[kind] ?? {}
  const article = 'aeiou'.includes(kind[0] ?? '') ? 'an' : 'a'
  const hidden: Record<string, string> = {}
  for (const [other, keys] of Object.entries(KIND_SIBLINGS)) {
    for (const key of Object.keys(keys)) {
      if (!Object.hasOwn(own, key))
        hidden[key] = `${quote(key)} belongs to ${other} tasks; this is ${article} ${kind} task.`
    }
  }
  return { is: 'Fields', keys: { ...TASK_KEYS, ...own }, of: 'a map', hidden }
}

/** One list: the task it is of, its branch, the ids it has, what the paths of its tasks start with. */
interface Here {
  readonly parent: string
  readonly branch: BranchStep | null
  readonly prefix: string
  readonly ids: Map<string, number>
}

/** Reads task lists; `places` maps each task's path to its map in the text. */
export class TaskReader implements TaskLists {
  readonly places = new Map<string, YamlMap>()
  /** Ids of tasks that could not be read: naming them is no second mistake. */
  readonly lost = new Set<string>()

  constructor(readonly found: Findings) {}

  /** The tasks of a list; a broken one never hides the findings of the others. */
  readList(
    value: Yaml | undefined,
    parent: string,
    ordered: boolean,
    branch: BranchStep | null = null,
    mayBeEmpty = false,
  ): readonly Task[] {
    this.found.path = parent
    if (!value) return []
    if (value.is !== 'list') {
      const sentence = `Tasks must be a list, not ${kindWord(value)}; start each with '- '.`
      this.found.error('bad_value', sentence, spanOf(value))
      return []
    }
    if (value.items.length === 0 && !mayBeEmpty)
      this.found.error('no_tasks', 'This list has no tasks; write at least one.', spanOf(value))
    const step = branch ? `${branch.step}/` : ''
    const prefix = (parent ? `${parent}/` : '') + step
    const here: Here = { parent, branch, prefix, ids: new Map() }
    const tasks: Task[] = []
    for (const [at, item] of value.items.entries()) {
      this.found.path = parent
      if (item.is !== 'map') {
        const sentence = `A task must be a map such as {agent: NAME}, not ${kindWord(item)}.`
        this.found.error('bad_value', sentence, spanOf(item))
        continue
      }
      const task = this.readTask(item, here, at + 1, ordered ? (tasks.at(-1)?.id ?? null) : null)
      if (task) tasks.push(task)
    }
    this.found.path = parent
    return tasks
  }

  private readTask(item: YamlMap, here: Here, place: number, before: string | null): Task | null {
    const kind = this.kindOf(item, here.prefix)
    const given = this.idOf(item, `${kind ?? 'task'}-${place}`)
    if (kind === null) {
      this.lost.add(given)
      return null
    }
    const path = this.pathOf(item, here, given)
    const id = lastStep(path)
    this.found.path = path
    const values = readFields(
      FIELDS.get(kind) as FieldsShape,
      withoutKinds(item),
      `Task ${quote(id)}`,
      this.found,
    )
    const task: Task = {
      id,
      kind,
      path,
      parent: here.parent,
      branch: here.branch?.name ?? null,
      span: innerSpan(item),
      needs: before === null ? [] : [before],
      env: asMap(values.get('env')),
      bounded: values.has('timeout'),
      condition: null,
      children: [],
      branches: [],
      rescue: [],
      onExpire: [],
      agent: null,
      tool: null,
      test: null,
      output: null,
      each: null,
      times: null,
      itemName: 'item',
    }
    this.places.set(path, item)
    if (values.has('needs')) task.needs = [...new Set(textsOf(values.get('needs')))]
    const condition = item.values.get('if')
    if (values.has('if') && condition)
      task.condition = expressionOf(values.get('if') as Json, condition, 'if', this.found)
    readKind(this, task, item.values.get(kind) as Yaml, values)
    this.found.path = path
    if (values.get('on_error') === 'do') {
      const step = { name: 'on_error', step: 'on_error' }
      task.rescue = this.readList(item.values.get('on_error'), path, true, step)
      this.found.path = path
    }
    return task
  }

  /** The one kind of a task; said where it has none or two. */
  private kindOf(item: YamlMap, prefix: string): TaskKind | null {
    const kinds = [...item.values.keys()].filter(isKind)
    const given = textAt(item, 'id')
    const who = given === null ? 'This task' : `Task ${quote(given)}`
    if (given !== null) this.found.path = prefix + given
    const [first, second] = kinds
    if (first === undefined) {
      this.noKind(item, who)
      return null
    }
    if (second !== undefined) {
      const both = kinds.map(quote).join(' and ')
      const sentence = `${who} has ${kinds.length} kinds, ${both}; keep one, the other is a task of its own.`
      this.found.error('two_kinds', sentence, keySpan(item, second))
    }
    return first
  }

  private noKind(item: YamlMap, who: string): void {
    for (const [name, key] of item.keys) {
      const near = nearest(name, KINDS)
      if (near === null || Object.hasOwn(TASK_KEYS, name)) continue
      const sentence = `${who} has no key ${quote(name)}; did you mean ${quote(near)}?`
      this.found.error('unknown_key', sentence, spanOf(key), use(near, spanOf(key)))
      return
    }
    this.found.error('no_kind', `${who} has no kind; give it one of ${KINDS.join(', ')}.`, firstSpan(item))
  }

  private idOf(item: YamlMap, made: string): string {
    const written = item.values.get('id')
    const id = textAt(item, 'id')
    if (!written || id === null) return made
    if (LIST_NAMES.has(id)) {
      this.found.error('bad_id', `The id ${quote(id)} has a meaning of its own in paths.`, spanOf(written))
      return made
    }
    if (ID.test(id)) return id
    const better = id
      .replace(/[^A-Za-z0-9_-]+/g, '_')
      .replace(/^[_-]+|[_-]+$/g, '')
      .slice(0, 64)
    const sentence = `The id ${quote(id)} must start with a letter and hold only letters, digits, '_' and '-'.`
    this.found.error(
      'bad_id',
      sentence,
      spanOf(written),
      use(ID.test(better) ? better : null, spanOf(written)),
    )
    return made
  }

  /** A path of its own even for an id that a sibling already has. */
  private pathOf(item: YamlMap, here: Here, id: string): string {
    const count = (here.ids.get(id) ?? 0) + 1
    here.ids.set(id, count)
    const path = here.prefix + (count === 1 ? id : `${id}~${count}`)
    if (count > 1) {
      this.found.path = path
      const written = item.values.get('id')
      const sentence = `Two tasks of one list have the id ${quote(id)}; give this one another.`
      this.found.error('duplicate_id', sentence, written ? spanOf(written) : innerSpan(item))
    }
    return path
  }
}

/** A task's map without the keys that make its kind. */
function withoutKinds(item: YamlMap): YamlMap {
  const own = map(item.start, item.end, item.inBrackets, item.lastEnd)
  for (const [name, key] of item.keys) if (!isKind(name)) own.keys.set(name, key)
  for (const [name, entry] of item.values) if (!isKind(name)) own.values.set(name, entry)
  return own
}
