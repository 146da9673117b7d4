/** Edits of a flow's shape: tasks added and taken out. Pure: a reading -> edits. */

import { effectiveNeeds } from '../graph/build'
import { chain, meant } from './guard'
import { setNeeds } from './needs'
import { cutItem, itemOfDraft, putItem, type TaskDraft } from './put'
import type { Reading, TaskReading } from './read'
import { EditRefused, taskAt } from './refused'
import { type Seat, seatOf } from './seat'
import type { Edit } from './text'

export type { TaskDraft } from './put'
export { type Seat, seatOf } from './seat'

/** Add a task. In a list that runs in order it waits for the one above it without a word about it. */
export function addTask(reading: Reading, draft: TaskDraft, seat: Seat): Edit[] {
  return putItem(reading, seat, itemOfDraft(draft))
}

/** Take a task out and heal: who waited for it waits for what it waited for. */
export function removeTask(reading: Reading, path: string): Edit[] {
  const task = taskAt(reading, path)
  return meant(reading, [...heal(reading, task), ...cutItem(reading, task)])
}

/** Take several tasks out; what stands in another one of them goes with it. */
export function removeTasks(reading: Reading, paths: readonly string[]): Edit[] {
  const outer = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
  const tasks = outer.map((path) => taskAt(reading, path))
  // From the bottom up: places name tasks without an id, and anchors stand above their aliases.
  tasks.sort((one, other) => other.place.from - one.place.from)
  return chain(
    reading,
    tasks.map((task) => (now) => removeTask(now, task.path)),
  )
}

/** Who waits for a task that goes away waits for what that one waited for. */
export function heal(reading: Reading, task: TaskReading): Edit[] {
  const { siblings } = seatOf(reading, { after: task.path })
  return bypass(reading, siblings, new Map([[task, effectiveNeeds(siblings, siblings.indexOf(task))]]))
}

/** In the `needs` of siblings other ids stand for the tasks given; those themselves are left alone. */
export function bypass(
  reading: Reading,
  siblings: readonly TaskReading[],
  instead: ReadonlyMap<TaskReading, readonly string[]>,
): Edit[] {
  const ids = new Map([...instead].map(([task, needs]) => [task.id, needs]))
  return siblings.flatMap((sibling) => {
    const old = sibling.needs ?? []
    if (instead.has(sibling) || !old.some((need) => ids.has(need))) return []
    if (sibling.shared)
      throw new EditRefused(`${sibling.name} waits for it and is an alias; edit it in the source.`)
    const needs = [...new Set(old.flatMap((need) => ids.get(need) ?? [need]))]
    return setNeeds(
      reading,
      sibling,
      needs.filter((need) => need !== sibling.id),
    )
  })
}
