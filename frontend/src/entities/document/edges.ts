/** Edges drawn and cut: an edge of the canvas is a `needs`. */

import { isSeq, type YAMLSeq } from 'yaml'
import { effectiveNeeds } from '../graph/build'
import { setField } from './edits'
import { meant } from './guard'
import { pairOf, type Reading, toJson } from './read'
import { EditRefused, ownTaskAt, taskAt } from './refused'
import { seatOf } from './seat'
import { putValue, takeValue } from './sequence'
import type { Edit } from './text'

/** Draw an edge: `to` waits for `from`, beside what it waits for already. */
export function connect(reading: Reading, from: string, to: string): Edit[] {
  const source = taskAt(reading, from)
  const target = ownTaskAt(reading, to)
  if (source.prefix !== target.prefix) {
    throw new EditRefused('An edge joins tasks of one list; join the frames instead.')
  }
  const waits = waitsOf(reading, to)
  if (waits.includes(source.id)) return []
  const list = pairOf(target.map, 'needs')?.value
  const edits =
    isSeq(list) && list.items.length > 0
      ? putValue(reading, list as YAMLSeq, list.items.length, source.id)
      : setField(reading, to, ['needs'], [...waits, source.id])
  return meant(reading, edits)
}

/** Cut an edge. A task that then waits for nothing says so with `needs: []`. */
export function disconnect(reading: Reading, from: string, to: string): Edit[] {
  const source = taskAt(reading, from)
  const target = ownTaskAt(reading, to)
  const waits = waitsOf(reading, to)
  if (!waits.includes(source.id)) {
    throw new EditRefused(`${target.name} does not wait for ${source.name}.`)
  }
  const list = pairOf(target.map, 'needs')?.value
  const named = isSeq(list) ? list.items.map((item) => toJson(reading.yaml, item as never)) : []
  const at = named.indexOf(source.id)
  const once = at >= 0 && named.lastIndexOf(source.id) === at
  const edits =
    once && named.length > 1
      ? takeValue(reading, list as YAMLSeq, at)
      : setField(
          reading,
          to,
          ['needs'],
          waits.filter((need) => need !== source.id),
        )
  return meant(reading, edits)
}

function waitsOf(reading: Reading, path: string): readonly string[] {
  const { siblings } = seatOf(reading, { after: path })
  return effectiveNeeds(siblings, siblings.indexOf(taskAt(reading, path)))
}
