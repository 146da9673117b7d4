/** A task's new id, with everything that speaks of it: `needs` and `tasks.<id>` in expressions. */

import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type Scalar, visit } from 'yaml'
import { EditRefused, setField, taskAt } from './edits'
import { pairOf, type Reading, type TaskReading } from './read'
import { eolOf, inline } from './render'
import { seatOf } from './structure'
import type { Edit } from './text'

const EXPRESSION_KEYS = new Set(['if', 'on', 'while', 'for_each', 'times'])
const HOLE = /\$\{\{([\s\S]*?)\}\}/g

/** Rename a task; references that mean another task of the same id (a nearer one) stay. */
export function renameTask(reading: Reading, path: string, id: string): Edit[] {
  const task = taskAt(reading, path)
  if (id === task.id) return []
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(id)) {
    throw new EditRefused('An id is letters, digits, _ and -, and starts with a letter.')
  }
  const { siblings } = seatOf(reading, { after: path })
  if (siblings.some((sibling) => sibling !== task && sibling.id === id)) {
    throw new EditRefused(`There is a task ${id} here already.`)
  }
  return [
    ...renameId(reading, task, id),
    ...siblings.flatMap((sibling) => renameNeed(sibling, task.id, id)),
    ...renameReferences(reading, task, id),
  ]
}

function renameId(reading: Reading, task: TaskReading, id: string): Edit[] {
  if (task.idGiven) return setField(reading, task.path, ['id'], id)
  const at = task.place.from
  if (task.map.flow) return [{ from: at, to: at, insert: `id: ${inline(id, true)}, ` }]
  const column = at - reading.lines.startOf(reading.lines.lineAt(at))
  return [{ from: at, to: at, insert: `id: ${inline(id, false)}${eolOf(reading.text)}${' '.repeat(column)}` }]
}

function renameNeed(sibling: TaskReading, old: string, id: string): Edit[] {
  const value = pairOf(sibling.map, 'needs')?.value
  const scalars = isSeq(value) ? value.items : [value]
  return scalars
    .filter((item): item is Scalar => isScalar(item) && item.value === old && Array.isArray(item.range))
    .map((item) => ({
      from: item.range?.[0] ?? 0,
      to: item.range?.[1] ?? 0,
      insert: inline(id, isSeq(value)),
    }))
}

function renameReferences(reading: Reading, task: TaskReading, id: string): Edit[] {
  const edits: Edit[] = []
  visit(reading.yaml, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || !node.range) return
      if (meant(reading, task.id, ancestors) !== task) return
      const [from, to] = node.range
      const letters = reading.text.slice(from, to)
      if (isExpression(ancestors) && !letters.includes('${{'))
        edits.push(...inExpression(letters, from, task.id, id))
      for (const hole of letters.matchAll(HOLE)) {
        edits.push(...inExpression(hole[1] ?? '', from + hole.index + 3, task.id, id))
      }
    },
  })
  return edits
}

function isExpression(ancestors: readonly unknown[]): boolean {
  const pair = ancestors.at(-1)
  return isPair(pair) && isScalar(pair.key) && EXPRESSION_KEYS.has(String((pair as Pair<Scalar>).key.value))
}

/** The task that `tasks.<id>` means at a place: siblings first, then outward; a flow's only one of that id elsewhere. */
function meant(reading: Reading, id: string, ancestors: readonly unknown[]): TaskReading | null {
  const maps = new Set(ancestors.filter((node) => isMap(node as Node)))
  const around = [...reading.byPath.values()].filter((task) => maps.has(task.map)).reverse()
  for (const task of around) {
    const { siblings } = seatOf(reading, { after: task.path })
    const found = siblings.find((sibling) => sibling.id === id)
    if (found) return found
  }
  const top = reading.tasks.find((task) => task.id === id)
  if (top) return top
  const all = [...reading.byPath.values()].filter((task) => task.id === id)
  return all.length === 1 ? (all[0] ?? null) : null
}

function inExpression(letters: string, from: number, old: string, id: string): Edit[] {
  const name = old.replace(/[-\\^$*+?.()|[\]{}]/g, '\\$&')
  const dotted = /^[A-Za-z_][A-Za-z0-9_]*$/.test(id)
  const edits: Edit[] = []
  for (const found of letters.matchAll(new RegExp(`\\btasks\\.${name}(?![A-Za-z0-9_])`, 'g'))) {
    const at = from + found.index + 'tasks'.length
    edits.push({ from: at, to: at + 1 + old.length, insert: dotted ? `.${id}` : `['${id}']` })
  }
  for (const found of letters.matchAll(new RegExp(`\\btasks\\[(['"])${name}\\1\\]`, 'g'))) {
    const at = from + found.index + 'tasks['.length + 1
    edits.push({ from: at, to: at + old.length, insert: id })
  }
  return edits
}
