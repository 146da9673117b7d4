/** A container goes, and its tasks take its place. */

import { isMap, isSeq, type Node, type YAMLSeq } from 'yaml'
import { effectiveNeeds } from '../graph/build'
import { setField } from './edits'
import { chain, meant } from './guard'
import { commentColumn, inlineStart, isBlank, itemLines, keptEnd, lastLine, lineText } from './item'
import type { Act } from './move'
import { setNeeds } from './needs'
import { itemOf } from './put'
import { CONTAINERS, placeOf, type Reading, read, type TaskList, type TaskReading, walk } from './read'
import { EditRefused, ownTaskAt } from './refused'
import { renameAll } from './rename'
import { eolOf } from './render'
import { mentionsOf } from './scope'
import { freshId, holderOf, idsOf, seatOf } from './seat'
import { bypass } from './structure'
import { applyEdits, type Edit } from './text'
import { keyText, pairOf } from './yaml'

/** Keys of a container that mean nothing without it. */
const OWN_KEYS: ReadonlySet<string> = new Set(['id', 'name', 'needs', 'description'])

/** Take a container away from around its tasks; what they would lose by it is refused. */
export function unwrapTask(reading: Reading, path: string): Act {
  const frame = ownTaskAt(reading, path)
  const body = bodyOf(frame)
  keepFields(reading, frame)
  const { siblings } = seatOf(reading, { after: path })
  const taken = new Set(siblings.filter((task) => task !== frame).map((task) => task.id))
  const used = idsOf(reading)
  const ids = new Map<TaskReading, string>()
  for (const child of body.tasks) {
    const id = taken.has(child.id) ? freshId(child.id, used) : child.id
    used.add(id)
    if (id !== child.id) ids.set(child, id)
  }
  const inside = frame.path
  const edits = chain(reading, [
    (now) => renameAll(now, ids),
    (now) => rewire(now, inside),
    (now) => lift(now, ownTaskAt(now, inside)),
  ])
  const after = meant(reading, edits)
  const at = siblings.indexOf(frame)
  const row = [...walk(read(applyEdits(reading.text, edits)).tasks)].filter(
    (task) => task.prefix === frame.prefix,
  )
  return { edits: after, paths: row.slice(at, at + body.tasks.length).map((task) => task.path) }
}

function bodyOf(frame: TaskReading): TaskList {
  if (!CONTAINERS.has(frame.kind)) throw new EditRefused(`${frame.name} holds no tasks.`)
  const full = frame.lists.filter((list) => list.tasks.length > 0)
  const [body, other] = full
  if (!body) throw new EditRefused(`${frame.name} holds no tasks; remove it instead.`)
  if (other) {
    throw new EditRefused(
      `${frame.name} has tasks in ${body.branch ?? 'its list'} and in ${other.branch}; only one list can take its place.`,
    )
  }
  if (body.branch === 'on_error')
    throw new EditRefused(`The only tasks of ${frame.name} are those of on_error.`)
  if (body.shared) throw new EditRefused(`The tasks of ${frame.name} are an alias; edit them in the source.`)
  return body
}

function keepFields(reading: Reading, frame: TaskReading): void {
  const lost = frame.map.items
    .map((pair) => keyText(pair.key as never))
    .filter((key) => !OWN_KEYS.has(key) && key !== frame.kind)
  if (lost.length > 0) {
    throw new EditRefused(
      `${frame.name} has ${lost.join(', ')}, which its tasks would lose; take that out first.`,
    )
  }
  const mention = mentionsOf(reading).find(({ target }) => target === frame)
  if (mention) {
    throw new EditRefused(
      `${mention.owner?.name ?? 'The flow'} reads tasks.${frame.id}, which would be gone.`,
    )
  }
}

/** Who waited for the container waits for its last tasks; its first tasks wait for what it waited for. */
function rewire(reading: Reading, path: string): Edit[] {
  const frame = ownTaskAt(reading, path)
  const { siblings } = seatOf(reading, { after: path })
  const at = siblings.indexOf(frame)
  const { tasks } = bodyOf(frame)
  const waits = effectiveNeeds(siblings, at)
  const inner = tasks.map((_, nth) => effectiveNeeds(tasks, nth))
  const ends = tasks.map(({ id }) => id).filter((id) => !inner.some((needs) => needs.includes(id)))
  const edits = bypass(reading, siblings, new Map([[frame, ends]]))
  const place = (above: TaskReading | undefined) => (frame.inOrder && above ? [above.id] : [])
  for (const [nth, task] of tasks.entries()) {
    const own = inner[nth] ?? []
    const wanted = own.length > 0 ? own : waits
    const byPlace = place(tasks[nth - 1] ?? siblings[at - 1])
    edits.push(...settle(reading, task, wanted, byPlace))
  }
  const next = siblings[at + 1]
  if (next && next.needs === null)
    edits.push(...settle(reading, next, next.inOrder ? ends : [], place(tasks.at(-1))))
  return edits
}

/** Say what a task waits for, where its place does not say it. */
function settle(
  reading: Reading,
  task: TaskReading,
  wanted: readonly string[],
  byPlace: readonly string[],
): Edit[] {
  const same = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n')
  if (same(wanted, byPlace) && task.needs === null) return []
  if (task.needs && same(task.needs, wanted)) return []
  if (same(wanted, byPlace)) return setField(reading, task.path, ['needs'], undefined)
  return setNeeds(reading, task, wanted)
}

function lift(reading: Reading, frame: TaskReading): Edit[] {
  const { list, index } = frame
  const body = bodyOf(frame)
  const seq = body.seq as YAMLSeq
  if (list.flow) {
    const from = inlineStart(list, index)
    const { to } = placeOf(reading.text, list.items[index] as Node)
    const last = placeOf(reading.text, seq.items.at(-1) as Node).to
    return [
      { from, to: inlineStart(seq, 0), insert: '' },
      { from: last, to, insert: '' },
    ]
  }
  return seq.flow ? spread(reading, frame, body) : outdent(reading, frame, seq)
}

/** Tasks between brackets become lines of the list around their container. */
function spread(reading: Reading, frame: TaskReading, body: TaskList): Edit[] {
  const { lines, text } = reading
  const { column, dash } = itemLines(reading, frame.list, frame.index)
  const last = lastLine(reading, frame.list.items[frame.index] as Node)
  const pad = ' '.repeat(column)
  const kept = commentsIn(reading, frame, dash, last).map((line) => pad + lineText(reading, line).trim())
  const rows = body.tasks.flatMap((task) => itemOf(reading, task).lines.map((line) => pad + line))
  return [{ from: lines.startOf(dash), to: lines.endOf(last), insert: [...kept, ...rows].join(eolOf(text)) }]
}

/** The lines of the tasks move left; those of the container go, but for its comments. */
function outdent(reading: Reading, frame: TaskReading, seq: YAMLSeq): Edit[] {
  const { lines } = reading
  const own = itemLines(reading, frame.list, frame.index)
  const head = lines.lineAt(keyOf(reading, frame))
  const { column } = itemLines(reading, seq, 0)
  const foot = itemLines(reading, seq, seq.items.length - 1).last
  const comments = new Set([
    ...commentsIn(reading, frame, own.dash, head),
    ...commentsIn(reading, frame, foot + 1, own.last),
  ])
  // Blank lines below do not become part of a `|+` text that then ends right above them.
  let last = own.last
  if (keptEnd(reading, seq) !== null && comments.size === 0) while (isBlank(reading, last + 1)) last += 1
  const edits: Edit[] = []
  for (let line = own.dash; line <= last; line += 1) {
    const from = lines.startOf(line)
    const inside = line > head && line <= foot
    if (inside || comments.has(line)) {
      const spaces = /^ */.exec(lineText(reading, line))?.[0].length ?? 0
      // Below the tasks, a comment must not become part of a text that they end with.
      const by = inside ? column - own.column : spaces - own.column - (line > foot ? 2 : 0)
      const cut = Math.max(0, Math.min(by, spaces))
      if (cut > 0) edits.push({ from, to: from + cut, insert: '' })
    } else {
      edits.push({ from, to: lines.afterOf(line), insert: '' })
    }
  }
  return edits
}

/** The offset of the key that holds the tasks of a container. */
function keyOf(reading: Reading, frame: TaskReading): number {
  const [first] = bodyOf(frame).tasks
  const holder = first && holderOf(reading, seatOf(reading, { after: first.path }))
  const key = holder && pairOf(holder.map, holder.key)?.key.range?.[0]
  if (key === undefined || key === null) throw new EditRefused('Take this container away in the source.')
  return key
}

/** The lines of a container that are comments, and no letters of its own fields. */
function commentsIn(reading: Reading, frame: TaskReading, first: number, last: number): number[] {
  const letters = new Set<number>()
  const inner = pairOf(frame.map, frame.kind)?.value
  for (const map of [frame.map, inner]) {
    if (!isMap(map) || map.flow) continue
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      if (isMap(value) || isSeq(value) || !value?.range || !key.range) continue
      const end = lastLine(reading, value)
      for (let line = reading.lines.lineAt(key.range[0]); line <= end; line += 1) letters.add(line)
    }
  }
  const found: number[] = []
  for (let line = first; line <= last; line += 1) {
    if (!letters.has(line) && commentColumn(reading, line) !== null) found.push(line)
  }
  return found
}
