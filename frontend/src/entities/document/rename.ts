/** A task's new id, with everything that speaks of it: `needs` and `tasks.<id>` in expressions. */

import { isSeq } from 'yaml'
import { setField } from './edits'
import { meant } from './guard'
import { pairOf, type Reading, type TaskReading } from './read'
import { EditRefused, ownTaskAt } from './refused'
import { eolOf, inline } from './render'
import { type Mention, mentionsOf, needsOf } from './scope'
import { seatOf } from './seat'
import type { Edit } from './text'

/** Rename a task; references that mean another task of the same id (a nearer one) stay. */
export function renameTask(reading: Reading, path: string, id: string): Edit[] {
  const task = ownTaskAt(reading, path)
  if (id === task.id) return []
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(id)) {
    throw new EditRefused('An id is letters, digits, _ and -, and starts with a letter.')
  }
  const { siblings } = seatOf(reading, { after: path })
  if (siblings.some((sibling) => sibling !== task && sibling.id === id)) {
    throw new EditRefused(`There is a task ${id} here already.`)
  }
  return meant(reading, renameAll(reading, new Map([[task, id]])))
}

/** Give several tasks new ids, and everything that speaks of them; whether the ids are free is not looked at. */
export function renameAll(reading: Reading, ids: ReadonlyMap<TaskReading, string>): Edit[] {
  if (ids.size === 0) return []
  const edits = [...ids].flatMap(([task, id]) => renameId(reading, task, id))
  const lists = new Map<string, Map<string, string>>()
  for (const [task, id] of ids) {
    const list = lists.get(task.prefix) ?? new Map<string, string>()
    lists.set(task.prefix, list.set(task.id, id))
  }
  const seen = new Set<number>()
  for (const task of reading.byPath.values()) {
    const renamed = lists.get(task.prefix)
    if (renamed && !task.shared) edits.push(...renameNeeds(task, renamed))
  }
  for (const mention of mentionsOf(reading)) {
    const id = mention.target && ids.get(mention.target)
    if (id === undefined || id === null || seen.has(mention.from)) continue
    seen.add(mention.from)
    edits.push(...renameMention(mention, id))
  }
  return edits
}

function renameId(reading: Reading, task: TaskReading, id: string): Edit[] {
  if (task.idGiven || pairOf(task.map, 'id')) return setField(reading, task.path, ['id'], id)
  const at = task.place.from
  if (task.map.flow) return [{ from: at, to: at, insert: `id: ${inline(id, true)}, ` }]
  const column = at - reading.lines.startOf(reading.lines.lineAt(at))
  return [{ from: at, to: at, insert: `id: ${inline(id, false)}${eolOf(reading.text)}${' '.repeat(column)}` }]
}

function renameNeeds(task: TaskReading, ids: ReadonlyMap<string, string>): Edit[] {
  const flow = isSeq(pairOf(task.map, 'needs')?.value)
  return needsOf(task).flatMap((need) => {
    const id = ids.get(String(need.value))
    const [from, to] = need.range ?? [0, 0]
    return id === undefined ? [] : [{ from, to, insert: inline(id, flow) }]
  })
}

function renameMention({ from, to, dotted, within, id: old }: Mention, id: string): Edit[] {
  if (!dotted) {
    const start = from + (to - from - old.length) / 2
    return [{ from: start, to: start + old.length, insert: id }]
  }
  const quote = within === "'" ? '"' : "'"
  const insert = /^[A-Za-z_][A-Za-z0-9_]*$/.test(id) ? `.${id}` : `[${quote}${id}${quote}]`
  return [{ from, to, insert }]
}
