/** Tasks go into a new container, in the place where they stand; or come out of theirs. */

import type { Node, YAMLSeq } from 'yaml'
import { effectiveNeeds } from '../graph/build'
import { setField } from './edits'
import { chain, meant } from './guard'
import { inlineStart, itemLines, lineText } from './item'
import type { Act } from './move'
import { setNeeds } from './needs'
import { type Kind, placeOf, type Reading, type TaskReading } from './read'
import { EditRefused, taskAt } from './refused'
import { eolOf, inline } from './render'
import { freshId, idsOf, seatOf } from './seat'
import { bypass } from './structure'
import type { Edit } from './text'

export type Wrapping = Extract<Kind, 'sequential' | 'parallel' | 'condition' | 'loop'>

/** What stands between the id of a new container and its list, one entry a level. */
const HEADS: Readonly<Record<Wrapping, readonly string[]>> = {
  sequential: ['sequential:'],
  parallel: ['parallel:'],
  condition: ['condition:', 'if: "true"', 'then:'],
  loop: ['loop:', 'times: 3', 'do:'],
}

/** Put tasks that stand next to one another into a new container. */
export function wrapTasks(reading: Reading, paths: readonly string[], kind: Wrapping): Act {
  const tasks = rowOf(reading, paths)
  const [first] = tasks
  if (!first) throw new EditRefused('Select the tasks first.')
  const { siblings } = seatOf(reading, { after: first.path })
  const id = freshId(kind, idsOf(reading))
  const waits = waitsOf(siblings, tasks)
  const edits = chain(reading, [
    (now) => [...unnamed(now, tasks, siblings, kind), ...bypassed(now, tasks, id)],
    (now) => {
      const again = tasks.map((task) => taskAt(now, task.path))
      return first.list.flow ? inlineWrap(again, kind, id, waits, now) : lineWrap(now, again, kind, id, waits)
    },
  ])
  return { edits: meant(reading, edits), paths: [first.prefix + id] }
}

/** The tasks in the order of their list, or a refusal where others stand between them. */
function rowOf(reading: Reading, paths: readonly string[]): TaskReading[] {
  const tasks = paths
    .filter((path) => !paths.some((other) => other !== path && path.startsWith(`${other}/`)))
    .map((path) => taskAt(reading, path))
    .sort((one, other) => one.index - other.index)
  const [first] = tasks
  for (const [nth, task] of tasks.entries()) {
    if (task.list !== first?.list)
      throw new EditRefused('Tasks of different lists cannot go into one container.')
    if (task.index !== first.index + nth) {
      throw new EditRefused('Only tasks that stand next to one another can go into one container.')
    }
    if (task.shared) throw new EditRefused(`${task.name} is an alias; wrap it in the source.`)
  }
  return tasks
}

/** What the container must say of `needs`, undefined where its place says it. */
function waitsOf(siblings: readonly TaskReading[], tasks: readonly TaskReading[]): string[] | undefined {
  const ids = new Set(tasks.map((task) => task.id))
  const at = siblings.indexOf(tasks[0] as TaskReading)
  const waits = [...new Set(tasks.flatMap((task) => effectiveNeeds(siblings, siblings.indexOf(task))))]
  const outside = waits.filter((need) => !ids.has(need))
  const above = tasks[0]?.inOrder ? siblings[at - 1] : undefined
  const byPlace = above ? [above.id] : []
  return outside.join('\n') === byPlace.join('\n') ? undefined : outside
}

/** Inside, the tasks do not name those outside any more: the container waits for them. */
function unnamed(
  reading: Reading,
  tasks: readonly TaskReading[],
  siblings: readonly TaskReading[],
  kind: Wrapping,
): Edit[] {
  const ids = new Set(tasks.map((task) => task.id))
  const outside = new Set(siblings.map((task) => task.id).filter((id) => !ids.has(id)))
  return tasks.flatMap((task, nth) => {
    if (!task.needs?.some((need) => outside.has(need))) return []
    const kept = task.needs.filter((need) => !outside.has(need))
    const starts = kept.length === 0 && (nth === 0 || kind === 'parallel')
    return starts ? setField(reading, task.path, ['needs'], undefined) : setNeeds(reading, task, kept)
  })
}

/** Outside, the container stands for the tasks in it. */
function bypassed(reading: Reading, tasks: readonly TaskReading[], id: string): Edit[] {
  const { siblings } = seatOf(reading, { after: tasks[0]?.path ?? '' })
  return bypass(reading, siblings, new Map(tasks.map((task) => [task, [id]])))
}

function lineWrap(
  reading: Reading,
  tasks: readonly TaskReading[],
  kind: Wrapping,
  id: string,
  waits: readonly string[] | undefined,
): Edit[] {
  const { lines, text } = reading
  const { list, index } = tasks[0] as TaskReading
  const top = itemLines(reading, list, index)
  const bottom = itemLines(reading, list, index + tasks.length - 1)
  const eol = eolOf(text)
  const [own = '', ...inner] = HEADS[kind]
  const head = [
    `- id: ${id}`,
    ...(waits ? [`  needs: ${inline([...waits], false)}`] : []),
    `  ${own}`,
    ...inner.map((line) => `    ${line}`),
  ]
  const at = lines.startOf(top.first)
  const pad = ' '.repeat(top.column)
  const by = ' '.repeat(inner.length > 0 ? 6 : 4)
  const edits: Edit[] = [{ from: at, to: at, insert: head.map((line) => pad + line + eol).join('') }]
  for (let line = top.first; line <= bottom.last; line += 1) {
    const from = lines.startOf(line)
    if (lineText(reading, line) !== '') edits.push({ from, to: from, insert: by })
  }
  return edits
}

function inlineWrap(
  tasks: readonly TaskReading[],
  kind: Wrapping,
  id: string,
  waits: readonly string[] | undefined,
  reading: Reading,
): Edit[] {
  const { list, index } = tasks[0] as TaskReading
  const from = inlineStart(list as YAMLSeq, index)
  const to = placeOf(reading.text, list.items[index + tasks.length - 1] as Node).to
  const [own = '', ...inner] = HEADS[kind]
  const needs = waits ? `, needs: ${inline([...waits], true)}` : ''
  const open = inner.length > 0 ? ` {${inner.join(', ')} [` : ' ['
  return [
    { from, to: from, insert: `{id: ${id}${needs}, ${own}${open}` },
    { from: to, to, insert: inner.length > 0 ? ']}}' : ']}' },
  ]
}
