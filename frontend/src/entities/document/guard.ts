/** What every act must leave behind: a text that reads, and tasks that mean what they meant. */

import { bindingsOf, keepShared } from './anchors'
import { compose } from './compose'
import { type Reading, read, type TaskReading, walk } from './read'
import { EditRefused } from './refused'
import { mentionsOf } from './scope'
import { applyEdits, type Edit, survivors } from './text'

/** A task whose letters are cut at one place and put at another, by its paths. */
export interface Carried {
  readonly from: string
  readonly to: string
}

/** Refuse edits of a text that does not read, or that would leave one that does not. Gives what it reads as then. */
export function settled(before: Reading, edits: readonly Edit[]): Reading {
  const broken = before.yaml.errors.find((error) => error.code !== 'DUPLICATE_KEY')
  if (broken) {
    const line = before.lines.lineAt(broken.pos[0])
    throw new EditRefused(`The text is no YAML at line ${line} (${broken.message}); mend that first.`)
  }
  const after = read(applyEdits(before.text, edits))
  const worse = after.yaml.errors.length > before.yaml.errors.length ? after.yaml.errors[0] : undefined
  if (worse) {
    const line = before.lines.lineAt(before.text.length === 0 ? 0 : (edits[0]?.from ?? 0))
    throw new EditRefused(
      `Near line ${line} the text is written in a way that only the source can change (${worse.message}).`,
    )
  }
  keepCycles(before, after)
  return after
}

/** As `settled`, and refuse where an alias, `tasks.<id>` or `needs` would mean another task than before. */
export function meant(before: Reading, edits: readonly Edit[], carried: readonly Carried[] = []): Edit[] {
  if (edits.length === 0) return []
  // What is carried takes its anchors with it.
  if (carried.length === 0) keepShared(before, edits)
  const after = settled(before, edits)
  const follow = survivors(edits)
  const byPlace = new Map<number, TaskReading>()
  for (const task of walk(after.tasks)) if (!task.shared) byPlace.set(task.place.from, task)
  const now = (task: TaskReading): TaskReading | undefined => {
    const root = carried.find(({ from }) => task.path === from || task.path.startsWith(`${from}/`))
    if (root) return after.byPath.get(root.to + task.path.slice(root.from.length))
    const place = follow(task.place.from)
    return place === null ? undefined : byPlace.get(place)
  }
  keepMentions(before, after, now)
  for (const task of walk(before.tasks)) keepNeeds(before, after, task, now)
  keepAliases(before, after, now)
  return [...edits]
}

type Now = (task: TaskReading) => TaskReading | undefined

function keepMentions(before: Reading, after: Reading, now: Now): void {
  const old = byOwner(mentionsOf(before))
  if (old.size === 0) return
  const fresh = byOwner(mentionsOf(after))
  for (const [owner, mentions] of old) {
    const reader = owner && now(owner)
    const found = reader === undefined ? undefined : fresh.get(reader)
    if (!found || found.length !== mentions.length) continue
    mentions.forEach(({ target }, at) => {
      const wanted = target && now(target)
      const other = found[at]?.target ?? null
      if (!wanted || other === wanted) return
      const who = owner ? owner.name : 'The flow'
      const tail = other ? `which would mean another task (${other.path})` : 'which it would no longer see'
      const cause = target?.idGiven ? '' : ', as it has no id of its own'
      throw new EditRefused(`${who} reads tasks.${target?.id ?? ''}, ${tail}${cause}.`)
    })
  }
}

function byOwner<Part extends { readonly owner: TaskReading | null }>(
  parts: readonly Part[],
): Map<TaskReading | null, Part[]> {
  const found = new Map<TaskReading | null, Part[]>()
  for (const part of parts) {
    const list = found.get(part.owner)
    if (list) list.push(part)
    else found.set(part.owner, [part])
  }
  return found
}

function keepNeeds(before: Reading, after: Reading, task: TaskReading, now: Now): void {
  if (!task.needs || task.needs.length === 0 || task.shared) return
  const same = now(task)
  if (!same?.needs) return
  for (const id of task.needs) {
    const old = before.byPath.get(task.prefix + id)
    const wanted = old && now(old)
    if (!wanted || !same.needs.includes(id)) continue
    if (after.byPath.get(same.prefix + id) !== wanted) {
      throw new EditRefused(
        wanted.idGiven
          ? `${task.name} waits for ${id} by way of an alias; edit it in the source.`
          : `${task.name} waits for ${id}, a name that its place gives it; give it an id first.`,
      )
    }
  }
}

/** Every alias that stays speaks of the node it spoke of. */
function keepAliases(before: Reading, after: Reading, now: Now): void {
  const old = byOwner(bindingsOf(before))
  if (old.size === 0) return
  const fresh = byOwner(bindingsOf(after))
  for (const [owner, bindings] of old) {
    const same = owner && now(owner)
    const found = same === undefined ? undefined : fresh.get(same)
    if (!found || found.length !== bindings.length) continue
    bindings.forEach(({ name, at, target }, nth) => {
      const home = target?.owner ? now(target.owner) : null
      if (!target || home === undefined) return
      const other = found[nth]?.target
      if (other?.owner === home && other.nth === target.nth) return
      const line = before.lines.lineAt(at)
      throw new EditRefused(`*${name} in line ${line} must stand below &${name}; edit it in the source.`)
    })
  }
}

function keepCycles(before: Reading, after: Reading): void {
  const cycle = cycleOf(after)
  if (!cycle || cycleOf(before)) return
  const round = cycle.map(({ name }, at) => `${name} for ${(cycle[at + 1] ?? cycle[0])?.name}`)
  throw new EditRefused(`Then tasks would wait for each other: ${round.join(', ')}.`)
}

/** Tasks that wait for each other in a round, each for the next one; or null. */
function cycleOf(reading: Reading): TaskReading[] | null {
  const lists = [
    reading.tasks,
    ...[...walk(reading.tasks)].flatMap((task) => task.lists.map(({ tasks }) => tasks)),
  ]
  for (const siblings of lists) {
    const places = new Map(siblings.map((task, at) => [task.id, at]))
    const done = new Set<number>()
    const open: number[] = []
    const visit = (at: number): TaskReading[] | null => {
      open.push(at)
      const above = siblings[at]?.inOrder && at > 0 ? [siblings[at - 1]?.id ?? ''] : []
      for (const need of siblings[at]?.needs ?? above) {
        const next = places.get(need)
        if (next === undefined || done.has(next)) continue
        const from = open.indexOf(next)
        if (from >= 0) return open.slice(from).flatMap((place) => siblings[place] ?? [])
        const found = visit(next)
        if (found) return found
      }
      open.pop()
      done.add(at)
      return null
    }
    for (let at = 0; at < siblings.length; at += 1) {
      const found = done.has(at) ? null : visit(at)
      if (found) return found
    }
  }
  return null
}

/** One round of edits in a chain of several. */
export type Step = (reading: Reading) => readonly Edit[]

/** Several rounds of edits as one: each counts offsets of the text that the one before leaves behind. */
export function chain(reading: Reading, steps: readonly Step[]): Edit[] {
  let edits: readonly Edit[] = []
  for (const step of steps) {
    const next = step(edits.length === 0 ? reading : read(applyEdits(reading.text, edits)))
    edits = edits.length === 0 ? next : compose(reading.text.length, edits, next)
  }
  return [...edits]
}
