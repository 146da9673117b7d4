/** A task goes elsewhere: within its list, or into another one, with its own comments and its letters as they are. */

import { setField } from './edits'
import { chain, meant } from './guard'
import { cutItem, itemOf, putItem } from './put'
import { type Reading, read, walk } from './read'
import { EditRefused, taskAt } from './refused'
import { renameAll } from './rename'
import { eolOf } from './render'
import { freshId, idsOf, type Seat, seatOf } from './seat'
import { heal } from './structure'
import { applyEdits, type Edit, inOrder } from './text'

/** What an act does to the text, and where the tasks that it is about stand then. */
export interface Act {
  readonly edits: Edit[]
  readonly paths: readonly string[]
}

/** Move a task to a seat. Without edits it stands there already. */
export function moveTask(reading: Reading, path: string, seat: Seat): Act {
  const task = taskAt(reading, path)
  const found = seatOf(reading, seat)
  if (found.parent && `${found.parent.path}/`.startsWith(`${path}/`)) {
    throw new EditRefused(`${task.name} cannot go into itself.`)
  }
  const same = found.list !== null && found.list === task.list
  if (same && (found.index === task.index || found.index === task.index + 1))
    return { edits: [], paths: [path] }
  const taken = !same && found.siblings.some(({ id }) => id === task.id)
  const id = taken ? freshId(task.id, idsOf(reading)) : task.id
  let at = 0
  const edits = chain(reading, [
    (now) => (taken ? renameAll(now, new Map([[taskAt(now, path), id]])) : []),
    (now) => (same ? [] : unbind(now, task.prefix + id)),
    (now) => {
      const mover = taskAt(now, task.prefix + id)
      const cut = cutItem(now, mover)
      const put = apart(putItem(now, seat, itemOf(now, mover)), cut, eolOf(now.text))
      at = landing(cut, put)
      return [...cut, ...put]
    },
  ])
  const to = pathFrom(read(applyEdits(reading.text, edits)), at)
  return { edits: meant(reading, edits, [{ from: path, to }]), paths: [to] }
}

/** What is put at the end of lines that are cut goes below them: the last task of a container moves out of it. */
function apart(put: readonly Edit[], cut: readonly Edit[], eol: string): Edit[] {
  return put.map((edit) => {
    const over = cut.find((other) => other.from < edit.from && edit.from < other.to)
    if (!over) return edit
    return { from: over.to, to: over.to, insert: edit.insert.slice(eol.length) + eol }
  })
}

/** A task that leaves its list: who waited for it, and what it waits for, are named no more. */
function unbind(reading: Reading, path: string): Edit[] {
  const mover = taskAt(reading, path)
  // `needs: []` names nobody and means the same anywhere.
  const own = mover.needs && mover.needs.length > 0 ? setField(reading, path, ['needs'], undefined) : []
  return [...heal(reading, mover), ...own]
}

/** Where in the changed text the letters begin that `put` brings. */
export function landing(others: readonly Edit[], put: readonly Edit[]): number {
  const brings = put.at(-1)
  let shift = 0
  for (const edit of inOrder([...others, ...put])) {
    if (edit === brings) return edit.from + shift
    shift += edit.insert.length - (edit.to - edit.from)
  }
  return 0
}

/** The path of the first task that begins at an offset or behind it. */
export function pathFrom(reading: Reading, at: number): string {
  for (const task of walk(reading.tasks)) if (!task.shared && task.place.from >= at) return task.path
  throw new EditRefused('What was put there does not read as a task; edit it in the source.')
}

/** One place up (-1) or down (1) in its list; refused at the rim. */
export function shiftTask(reading: Reading, path: string, by: -1 | 1): Act {
  const task = taskAt(reading, path)
  const { siblings } = seatOf(reading, { after: path })
  const beside = siblings[siblings.indexOf(task) + by]
  if (!beside) {
    throw new EditRefused(`${task.name} is the ${by < 0 ? 'first' : 'last'} task of its list already.`)
  }
  return moveTask(reading, path, by < 0 ? { before: beside.path } : { after: beside.path })
}

/** Several tasks one place up or down, each in its list. */
export function shiftTasks(reading: Reading, paths: readonly string[], by: -1 | 1): Act {
  // Those in front go first, so that neighbours stay neighbours.
  const tasks = paths.map((path) => taskAt(reading, path)).sort((a, b) => by * (b.place.from - a.place.from))
  const moved: string[] = []
  const edits = chain(
    reading,
    tasks.map((task) => (now) => {
      const act = shiftTask(now, task.path, by)
      moved.push(...act.paths)
      return act.edits
    }),
  )
  return { edits, paths: moved }
}
