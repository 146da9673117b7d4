/** What a task waits for, written again line by line, so that the lines of what stays are not touched. */

import { isScalar, isSeq, type Node, type YAMLSeq } from 'yaml'
import { setField } from './edits'
import { cutLines, itemLines, lastLine } from './item'
import { pairOf, placeOf, type Reading, type TaskReading } from './read'
import { eolOf, inline } from './render'
import type { Edit } from './text'

/** Let a task wait for these ids. */
export function setNeeds(reading: Reading, task: TaskReading, needs: readonly string[]): Edit[] {
  const list = pairOf(task.map, 'needs')?.value
  const named =
    isSeq(list) && !list.flow ? list.items.map((item) => (isScalar(item) ? String(item.value) : '')) : []
  const fresh = needs.filter((need) => !named.includes(need))
  if (!named.some((need) => needs.includes(need))) return setField(reading, task.path, ['needs'], [...needs])
  return lineByLine(reading, list as YAMLSeq, named, needs, fresh)
}

function lineByLine(
  reading: Reading,
  list: YAMLSeq,
  named: readonly string[],
  needs: readonly string[],
  fresh: readonly string[],
): Edit[] {
  const { lines, text } = reading
  const waiting = [...fresh]
  const edits: Edit[] = []
  let last = -1
  named.forEach((need, at) => {
    const twice = named.indexOf(need) < at
    const item = list.items[at] as Node
    if (needs.includes(need) && !twice) {
      last = at
      return
    }
    const instead = waiting.shift()
    if (instead === undefined) {
      const { dash } = itemLines(reading, list, at)
      edits.push(
        cutLines(reading, dash, lastLine(reading, item), (list.items[at - 1] ?? null) as Node | null),
      )
    } else {
      edits.push({ ...placeOf(text, item), insert: inline(instead, false) })
    }
  })
  if (waiting.length === 0) return edits
  const { column } = itemLines(reading, list, last)
  const at = lines.endOf(lastLine(reading, list.items[last] as Node))
  const more = waiting.map((need) => `${eolOf(text)}${' '.repeat(column)}- ${inline(need, false)}`)
  return [...edits, { from: at, to: at, insert: more.join('') }]
}
