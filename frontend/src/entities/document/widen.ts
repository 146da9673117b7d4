/** `parallel: [a, b]` becomes `parallel: {max: 2, do: [a, b]}` where a field is set beside its tasks. */

import type { YAMLSeq } from 'yaml'
import { dashOffset, lastLine, lineText } from './item'
import { indentOf } from './pair'
import { type Json, pairOf, placeOf, type Reading, type TaskReading } from './read'
import { EditRefused } from './refused'
import { entry, eolOf, inline } from './render'
import type { Edit } from './text'

/** Set a field beside the tasks of a task whose kind holds nothing but their list. */
export function widen(
  reading: Reading,
  task: TaskReading,
  keys: readonly string[],
  value: Json | undefined,
): Edit[] {
  const { text, lines } = reading
  const [key, ...rest] = keys
  if (value === undefined || key === undefined) return []
  if (key === 'do') throw new EditRefused('The tasks of a list are edited one by one.')
  const nested = rest.reduceRight<Json>((inner, name) => ({ [name]: inner }), value)
  const list = pairOf(task.map, task.kind)?.value as YAMLSeq
  const place = placeOf(text, list)
  if (list.flow) {
    return [
      { from: place.from, to: place.from, insert: `{${inline(key, true)}: ${inline(nested, true)}, do: ` },
      { from: place.to, to: place.to, insert: '}' },
    ]
  }
  const dash = dashOffset(list, 0) ?? place.from
  if (list.anchor) throw new EditRefused(`The tasks are marked &${list.anchor}; edit them in the source.`)
  const inner = `${indentOf(reading, task.map)}  `
  const eol = eolOf(text)
  const first = lines.lineAt(pairOf(task.map, task.kind)?.key.range?.[0] ?? dash) + 1
  const top = lines.startOf(first)
  const by = ' '.repeat(Math.max(0, inner.length + 2 - (dash - lines.startOf(lines.lineAt(dash)))))
  const edits: Edit[] = [
    { from: top, to: top, insert: `${inner}${entry(key, nested, inner, eol)}${eol}${inner}do:${eol}` },
  ]
  for (let line = first; line <= lastLine(reading, list); line += 1) {
    if (lineText(reading, line) === '') continue
    const at = lines.startOf(line)
    edits.push({ from: at, to: at, insert: by })
  }
  return edits
}
