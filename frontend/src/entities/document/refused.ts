/** Why an edit cannot be made, and the tasks that edits may touch. */

import type { Reading, TaskReading } from './read'

/** Why an edit cannot be made on this text; the sentence is for the person. */
export class EditRefused extends Error {}

/** Give the task at a path, or refuse. */
export function taskAt(reading: Reading, path: string): TaskReading {
  const task = reading.byPath.get(path)
  if (!task) throw new EditRefused(`There is no task ${path} in this text.`)
  return task
}

/** Give a task whose own letters stand at its place; one that an alias brings is edited where it is written. */
export function ownTaskAt(reading: Reading, path: string): TaskReading {
  const task = taskAt(reading, path)
  if (task.shared) {
    throw new EditRefused(
      `${task.name} is an alias of what is written elsewhere; edit it there, in the source.`,
    )
  }
  return task
}
