/** Which tasks a task can see, and which of them have certainly ended before it starts. */

import { above, type Document, type Task, walk } from './document'

/** Whether a task has ended by then: surely; if it ran at all; not surely; once per iteration. */
export type Order = 'ended' | 'maybe' | 'later' | 'loop'
type ListKind = 'all' | 'branch' | 'rescue' | 'loop'

/** Steps on the way to a task: the path of a list, and of the task in it. */
type Step = readonly [list: string, task: string]

/**
 * Answers for one document. `needs` may hold mistakes and cycles; nothing here throws.
 * A list has a path as a task has one: that of its tasks without their last step.
 */
export class Reach {
  readonly lists = new Map<string, readonly Task[]>()
  readonly tasks = new Map<string, Task>()
  private readonly owners = new Map<string, { owner: string; kind: ListKind }>()
  private readonly listsOf = new Map<string, string[]>()
  private readonly insides = new Map<string, ReadonlyMap<string, string>>()
  private readonly seen = new Map<string, ReadonlyMap<string, string>>()
  private readonly befores = new Map<string, ReadonlyMap<string, bigint>>()
  private readonly places = new Map<string, number>()

  constructor(document: Document) {
    this.add('', '', document.tasks, 'all')
    for (const task of walk(document.tasks)) {
      this.tasks.set(task.path, task)
      if (task.kind === 'condition') {
        for (const branch of task.branches)
          this.add(`${task.path}/${branch.key}`, task.path, branch.tasks, 'branch')
      } else if (task.children.length > 0) {
        this.add(task.path, task.path, task.children, task.kind === 'loop' ? 'loop' : 'all')
      }
      this.add(`${task.path}/on_expire`, task.path, task.onExpire, 'branch')
      this.add(`${task.path}/on_error`, task.path, task.rescue, 'rescue')
    }
  }

  private add(path: string, owner: string, tasks: readonly Task[], kind: ListKind): void {
    if (path !== '' && tasks.length === 0) return
    this.lists.set(path, tasks)
    this.owners.set(path, { owner, kind })
    if (path !== '') this.listsOf.set(owner, [...(this.listsOf.get(owner) ?? []), path])
    for (const [place, task] of tasks.entries()) this.places.set(task.path, place)
  }

  /** The task at `path` and those that it stands in, inmost first. */
  around(path: string): Task[] {
    const tasks: Task[] = []
    for (let task = this.tasks.get(path); task; task = this.tasks.get(task.parent)) tasks.push(task)
    return tasks
  }

  /**
   * Task id -> path as an expression of the task at `path` sees it. The nearest list wins; in one
   * list the tasks themselves come before what is inside them.
   */
  visible(path: string): ReadonlyMap<string, string> {
    const seen = this.seenIn(above(path))
    return this.listsOf.has(path) ? new Map([...seen, ...this.allInside(path)]) : seen
  }

  /** Task id -> path as the tasks of one list see it. */
  seenIn(list: string): ReadonlyMap<string, string> {
    const known = this.seen.get(list)
    if (known) return known
    const owner = this.owners.get(list)
    const outer = owner && list !== '' ? this.seenIn(above(owner.owner)) : []
    const found = new Map([...outer, ...this.inside(list)])
    this.seen.set(list, found)
    return found
  }

  /** Id -> path of all tasks in a list, its own tasks first. */
  inside(list: string): ReadonlyMap<string, string> {
    const known = this.insides.get(list)
    if (known) return known
    const tasks = this.lists.get(list) ?? []
    const found = new Map<string, string>()
    const add = (id: string, path: string) => void (found.has(id) || found.set(id, path))
    for (const task of tasks) add(task.id, task.path)
    for (const task of tasks) for (const [id, path] of this.allInside(task.path)) add(id, path)
    this.insides.set(list, found)
    return found
  }

  private allInside(path: string): ReadonlyMap<string, string> {
    let found: ReadonlyMap<string, string> = new Map()
    for (const list of this.listsOf.get(path) ?? []) found = new Map([...this.inside(list), ...found])
    return found
  }

  /** Whether the task at `target` has ended when the one at `path` starts; `path` '' is the end of the run. */
  order(target: string, path: string): Order {
    const ours = this.steps(path)
    const theirs = this.steps(target)
    let shared = 0
    while (shared < Math.min(ours.length, theirs.length) && ours[shared]?.[1] === theirs[shared]?.[1])
      shared += 1
    const [here, there] = [ours[shared], theirs[shared]]
    // The target is this task, or one that it stands in: that has failed in its on_error.
    if (!there) return here && this.kindOf(here[0]) === 'rescue' ? 'ended' : 'later'
    if (!here) return ours.length > 0 ? 'later' : this.certainty(theirs)
    if (here[0] === there[0]) {
      const ended = this.hasBefore(here[0], here[1], there[1])
      return ended ? this.certainty(theirs.slice(shared + 1)) : 'later'
    }
    if (this.kindOf(here[0]) === 'rescue' && this.kindOf(there[0]) !== 'rescue') {
      const certainty = this.certainty(theirs.slice(shared))
      return certainty === 'ended' ? 'maybe' : certainty
    }
    return 'later'
  }

  private kindOf(list: string): ListKind | undefined {
    return this.owners.get(list)?.kind
  }

  private steps(path: string): Step[] {
    return this.around(path)
      .map((task): Step => [above(task.path), task.path])
      .reverse()
  }

  /** What is sure about a task below one that has ended. */
  private certainty(steps: readonly Step[]): Order {
    const kinds = new Set(steps.map(([list]) => this.kindOf(list)))
    if (kinds.has('loop')) return 'loop'
    return kinds.has('branch') || kinds.has('rescue') ? 'maybe' : 'ended'
  }

  private hasBefore(list: string, path: string, other: string): boolean {
    const mask = this.before(list).get(path) ?? 0n
    return ((mask >> BigInt(this.places.get(other) ?? 0)) & 1n) === 1n
  }

  /**
   * Path -> places (as bits) of the siblings that it needs, near and far. Members of a cycle count
   * as needing everything: the cycle has a finding of its own.
   */
  before(list: string): ReadonlyMap<string, bigint> {
    const known = this.befores.get(list)
    if (known) return known
    const tasks = this.lists.get(list) ?? []
    const everything = (1n << BigInt(tasks.length)) - 1n
    const found = new Map(tasks.map((task) => [task.path, everything]))
    const byId = new Map(tasks.map((task) => [task.id, task]))
    for (const id of inOrder(needsOf(tasks))) {
      const task = byId.get(id)
      if (!task) continue
      let mask = 0n
      for (const need of task.needs) {
        const needed = byId.get(need)
        if (!needed) continue
        mask |= (found.get(needed.path) ?? 0n) | (1n << BigInt(this.places.get(needed.path) ?? 0))
      }
      found.set(task.path, mask)
    }
    this.befores.set(list, found)
    return found
  }
}

export type Needs = ReadonlyMap<string, readonly string[]>

/** The names so that each follows what it needs; those that wait on a cycle are left out. */
export function inOrder(needs: Needs): string[] {
  const waits = new Map<string, Set<string>>()
  const followers = new Map<string, string[]>()
  for (const [name, wanted] of needs) {
    const known = new Set(wanted.filter((need) => needs.has(need)))
    waits.set(name, known)
    for (const need of known) {
      const behind = followers.get(need)
      if (behind) behind.push(name)
      else followers.set(need, [name])
    }
  }
  const ready = [...waits].filter(([, wanted]) => wanted.size === 0).map(([name]) => name)
  const ordered: string[] = []
  for (let done = ready.pop(); done !== undefined; done = ready.pop()) {
    ordered.push(done)
    for (const follower of followers.get(done) ?? []) {
      const wanted = waits.get(follower)
      wanted?.delete(done)
      if (wanted?.size === 0) ready.push(follower)
    }
  }
  return ordered
}

/** The names of one cycle, each needing the next; empty where there is none. */
export function cycleIn(needs: Needs): string[] {
  const settled = new Set(inOrder(needs))
  const stuck = new Map([...needs].filter(([name]) => !settled.has(name)))
  const trail = new Set<string>()
  let at = stuck.keys().next().value
  while (at !== undefined && !trail.has(at)) {
    trail.add(at)
    at = stuck.get(at)?.find((need) => stuck.has(need))
  }
  return at === undefined ? [] : [...trail].slice([...trail].indexOf(at))
}

/** Id -> needs of one list. */
export function needsOf(tasks: readonly Task[]): Needs {
  return new Map(tasks.map((task) => [task.id, task.needs]))
}
