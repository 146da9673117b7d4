/** YAML text becomes tasks of a flow: under ids that are new in it, in the indentation of their new place. */

import { marksOf } from './anchors'
import { copyTasks, itemOfTasks, outermost, tasksOf } from './copy'
import { setField } from './edits'
import { chain, meant } from './guard'
import { type Act, landing, pathFrom } from './move'
import { setNeeds } from './needs'
import { putItem } from './put'
import { type Reading, read, type TaskReading, walk } from './read'
import { EditRefused } from './refused'
import { renameAll } from './rename'
import { mentionsOf, needsOf } from './scope'
import { freshId, idsOf, type Seat, seatOf } from './seat'
import { applyEdits, type Edit } from './text'

/** Paste one task or a list of tasks at a seat; text that is none is refused. */
export function pasteTasks(reading: Reading, text: string, seat: Seat): Act {
  const { siblings, prefix } = seatOf(reading, seat)
  const around = new Set(siblings.map((task) => task.id))
  const source = tasksOf(text)
  const edits = chain(source, [
    (now) => renameAll(now, newIds(now, idsOf(reading))),
    (now) => now.tasks.flatMap((task) => knownNeeds(now, task, around)),
    (now) => newAnchors(now, reading),
  ])
  const fresh = read(applyEdits(source.text, edits))
  const put = putItem(reading, seat, itemOfTasks(fresh))
  keepAliases(fresh, reading, put)
  const checked = meant(reading, put)
  const after = read(applyEdits(reading.text, put))
  const first = pathFrom(after, landing([], put))
  const row = [...walk(after.tasks)].filter((task) => task.prefix === prefix)
  const at = row.findIndex((task) => task.path === first)
  return { edits: checked, paths: row.slice(at, at + fresh.tasks.length).map((task) => task.path) }
}

/** Put a copy of tasks behind them, list by list. */
export function duplicateTasks(reading: Reading, paths: readonly string[]): Act {
  const lists = new Map<string, TaskReading[]>()
  for (const task of outermost(reading, paths)) {
    lists.set(task.prefix, [...(lists.get(task.prefix) ?? []), task])
  }
  const copies: string[] = []
  // From the bottom up: what is put in shifts the places that name tasks without an id.
  const steps = [...lists.values()].reverse().map((tasks) => (now: Reading) => {
    const own = tasks.map((task) => task.path)
    const act = pasteTasks(now, copyTasks(now, own), { after: own.at(-1) ?? '' })
    copies.push(...act.paths)
    return act.edits
  })
  return { edits: chain(reading, steps), paths: copies }
}

/** New ids for the tasks whose own are taken, and for those without one that others name. */
function newIds(source: Reading, taken: ReadonlySet<string>): Map<TaskReading, string> {
  const used = new Set([...taken, ...idsOf(source)])
  const named = new Set(mentionsOf(source).map(({ target }) => target))
  for (const task of walk(source.tasks)) {
    for (const need of needsOf(task)) named.add(source.byPath.get(task.prefix + String(need.value)) ?? null)
  }
  const ids = new Map<TaskReading, string>()
  for (const task of walk(source.tasks)) {
    const clashes = task.idGiven ? taken.has(task.id) || task.id.includes('~') : named.has(task)
    if (task.shared || !clashes) continue
    const stem = task.idGiven ? task.id.replace(/(_\d+|~\d+)+$/, '') : task.kind
    const id = freshId(stem, used)
    used.add(id)
    ids.set(task, id)
  }
  return ids
}

/** A task waits only for what is there: one of those pasted, or a new neighbour. */
function knownNeeds(source: Reading, task: TaskReading, around: ReadonlySet<string>): Edit[] {
  if (!task.needs || task.shared) return []
  const own = new Set(source.tasks.map((one) => one.id))
  const kept = task.needs.filter((need) => own.has(need) || around.has(need))
  if (kept.length === task.needs.length) return []
  return kept.length > 0 ? setNeeds(source, task, kept) : setField(source, task.path, ['needs'], undefined)
}

/** Anchors whose names the flow has already get others, and so do their aliases. */
function newAnchors(source: Reading, target: Reading): Edit[] {
  const marks = marksOf(source.text)
  if (marks.length === 0) return []
  const taken = new Set(marksOf(target.text).map((mark) => mark.name))
  const used = new Set([...taken, ...marks.map((mark) => mark.name)])
  const names = new Map<string, string>()
  return marks.flatMap(({ kind, name, at }) => {
    if (kind === 'anchor' && taken.has(name) && !names.has(name)) {
      const fresh = freshId(name, used)
      used.add(fresh)
      names.set(name, fresh)
    }
    const insert = names.get(name)
    return insert === undefined ? [] : [{ from: at + 1, to: at + 1 + name.length, insert }]
  })
}

/** An alias whose anchor is not among the letters pasted must find it above its new place. */
function keepAliases(source: Reading, target: Reading, put: readonly Edit[]): void {
  const at = put.at(-1)?.from ?? 0
  const known = new Set(
    marksOf(target.text)
      .filter((mark) => mark.kind === 'anchor' && mark.at < at)
      .map((mark) => mark.name),
  )
  for (const { kind, name } of marksOf(source.text)) {
    if (kind === 'anchor') known.add(name)
    else if (!known.has(name))
      throw new EditRefused(`It uses *${name}, and no &${name} stands above this place.`)
  }
}
