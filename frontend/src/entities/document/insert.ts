/** A new task with the edges that a person means by where it was put. Pure: a reading -> edits. */

import { effectiveNeeds } from '../graph/build'
import { setField } from './edits'
import { meant } from './guard'
import { itemOfDraft, putItem, type TaskDraft } from './put'
import type { Reading, TaskReading } from './read'
import { taskAt } from './refused'
import { freshId, idsOf, type Seat, seatOf } from './seat'
import type { Edit } from './text'

export interface Wish extends Pick<Seat, 'after' | 'into' | 'branch'> {
  /** The new task goes onto the edge from `after` to this one. */
  readonly before?: string
  /** Not wired to anything. */
  readonly alone?: boolean
}

/** Add a task of `body` under a fresh id made of `word`; gives the edits and where the task will be. */
export function insertTask(
  reading: Reading,
  word: string,
  body: TaskDraft,
  wish: Wish,
): { edits: Edit[]; path: string } {
  const seat = seatIn(wish)
  const { siblings, prefix, inOrder } = seatOf(reading, seat)
  const id = freshId(word, idsOf(reading))
  const after = wish.after === undefined ? undefined : taskAt(reading, wish.after)
  const needs = needsOf(wish, inOrder, siblings, after)
  const draft: TaskDraft = [['id', id], ...body, ...(needs ? [['needs', needs] as const] : [])]
  const edits = [...putItem(reading, seat, itemOfDraft(draft)), ...rewire(reading, wish, siblings, after, id)]
  return { edits: meant(reading, edits), path: prefix + id }
}

function seatIn({ into, branch, after }: Wish): Seat {
  if (into !== undefined) return branch === undefined ? { into } : { into, branch }
  return after === undefined ? {} : { after }
}

/** What the new task must say of `needs`; undefined where its place in the list says it. */
function needsOf(
  wish: Wish,
  inOrder: boolean,
  siblings: readonly TaskReading[],
  after: TaskReading | undefined,
): string[] | undefined {
  if (wish.alone) return inOrder && siblings.length > 0 ? [] : undefined
  return after && !inOrder ? [after.id] : undefined
}

/** Who waited for the task above waits for the new one, or keeps waiting for the old one. */
function rewire(
  reading: Reading,
  wish: Wish,
  siblings: readonly TaskReading[],
  after: TaskReading | undefined,
  id: string,
): Edit[] {
  if (!after) return []
  const at = siblings.indexOf(after)
  const next = siblings[at + 1]
  const edits: Edit[] = []
  if (wish.before !== undefined) {
    const target = taskAt(reading, wish.before)
    // A task that names nobody and stands right below is wired by its place.
    if (target !== next || target.needs !== null) {
      const needs = effectiveNeeds(siblings, siblings.indexOf(target))
      edits.push(
        ...setField(
          reading,
          target.path,
          ['needs'],
          needs.map((need) => (need === after.id ? id : need)),
        ),
      )
    }
  }
  const slips = next !== undefined && next.needs === null && next.inOrder && next.path !== wish.before
  if (slips && (wish.alone || wish.before !== undefined)) {
    edits.push(...setField(reading, next.path, ['needs'], [after.id]))
  }
  return edits
}
