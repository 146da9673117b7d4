/** What `tasks.<id>` means where it is written, as `agentry.flow.reach` tells it. */

import { isCollection, isMap, isPair, isScalar, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { ownersOf, pairOf, type Reading, type TaskList, type TaskReading, walk } from './read'
import { keyText } from './yaml'

type Insides = ReadonlyMap<string, TaskReading>

/** Looks tasks up by their id from any place of one reading. */
export class Scope {
  private readonly lists = new Map<string, TaskList>()
  private readonly insides = new Map<TaskList, Insides>()
  private readonly whole: TaskList

  constructor(private readonly reading: Reading) {
    this.whole = { branch: null, prefix: '', seq: reading.taskList, tasks: reading.tasks, shared: false }
    this.lists.set('', this.whole)
    for (const task of walk(reading.tasks)) {
      for (const list of task.lists) if (list.tasks.length > 0) this.lists.set(list.prefix, list)
    }
  }

  /** The task that an id means to `task` (null: to what stands in no task): its own inside, then list by list outward. */
  find(id: string, task: TaskReading | null): TaskReading | null {
    for (const list of task?.lists ?? []) {
      const found = this.inside(list).get(id)
      if (found) return found
    }
    for (let prefix = task?.prefix ?? ''; ; prefix = this.ownerOf(prefix)?.prefix ?? '') {
      const list = this.lists.get(prefix)
      const found = list && this.inside(list).get(id)
      if (found) return found
      if (prefix === '') return null
    }
  }

  private ownerOf(prefix: string): TaskReading | undefined {
    const first = this.lists.get(prefix)?.tasks[0]
    return first && this.reading.byPath.get(first.parent)
  }

  /** Every task in a list by its id: its own tasks come before what is inside them. */
  private inside(list: TaskList): Insides {
    const known = this.insides.get(list)
    if (known) return known
    const found = new Map<string, TaskReading>()
    const add = (task: TaskReading) => {
      if (!found.has(task.id)) found.set(task.id, task)
    }
    for (const task of list.tasks) add(task)
    for (const task of list.tasks) {
      for (const inner of task.lists) for (const one of this.inside(inner).values()) add(one)
    }
    this.insides.set(list, found)
    return found
  }
}

/** One `tasks.<id>` in an expression. */
export interface Mention {
  readonly id: string
  /** The letters behind `tasks`: `.a` or `['a']`. */
  readonly from: number
  readonly to: number
  readonly dotted: boolean
  /** The quotes of the text around it: none, `'` or `"`. */
  readonly within: string
  readonly owner: TaskReading | null
  readonly target: TaskReading | null
}

const EXPRESSION_KEYS = new Set(['if', 'on', 'while', 'for_each', 'times'])
const HOLE = /\$\{\{([\s\S]*?)\}\}/g
const MENTION = /(?<![\w.$])tasks(?:\.([A-Za-z_]\w*)|\[(''|\\?["'])([A-Za-z_][\w-]*)\2\])/g

/** Every mention of a task in the expressions of a text, in its order. */
export function mentionsOf(reading: Reading): Mention[] {
  const scope = new Scope(reading)
  const owners = ownersOf(reading)
  const found: Mention[] = []
  const scan = (letters: string, from: number, within: string, owner: TaskReading | null) => {
    for (const hit of letters.matchAll(MENTION)) {
      const id = hit[1] ?? hit[3] ?? ''
      const start = from + hit.index + 'tasks'.length
      const to = from + hit.index + hit[0].length
      found.push({
        id,
        from: start,
        to,
        dotted: hit[1] !== undefined,
        within,
        owner,
        target: scope.find(id, owner),
      })
    }
  }
  const look = (item: unknown, owner: TaskReading | null, bare: boolean) => {
    if (isPair(item)) {
      const key = isScalar(item.key) ? keyText(item.key as Scalar) : ''
      look((item as Pair).value, owner, EXPRESSION_KEYS.has(key))
    } else if (isCollection(item)) {
      const inner = isMap(item) ? (owners.get(item as YAMLMap) ?? owner) : owner
      for (const part of item.items) look(part, inner, false)
    } else if (isScalar(item) && typeof item.value === 'string' && item.range) {
      const [from, to] = item.range
      const letters = reading.text.slice(from, to)
      if (!letters.includes('tasks')) return
      const within = /^["']/.exec(letters)?.[0] ?? ''
      if (bare && !letters.includes('${{')) scan(letters, from, within, owner)
      for (const hole of letters.matchAll(HOLE)) scan(hole[1] ?? '', from + hole.index + 3, within, owner)
    }
  }
  look(reading.yaml.contents as Node | null, null, false)
  return found
}

/** The ids that a task names in `needs`, each with the place of its letters. */
export function needsOf(task: TaskReading): Scalar[] {
  const value = pairOf(task.map, 'needs')?.value ?? null
  const items = isCollection(value) ? value.items : [value]
  return items.filter(
    (item): item is Scalar => isScalar(item) && typeof item.value === 'string' && Array.isArray(item.range),
  )
}
