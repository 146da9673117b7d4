/** Every act that a hand can do on a flow, chosen by numbers; for property tests. */

import fc from 'fast-check'
import { build } from '../../graph/build'
import { connect, disconnect } from '../edges'
import { setField, setRawField } from '../edits'
import { insertTask } from '../insert'
import { moveTask, shiftTask } from '../move'
import { duplicateTasks, pasteTasks } from '../paste'
import { type Json, type Reading, type TaskReading, walk } from '../read'
import { EditRefused } from '../refused'
import { renameTask } from '../rename'
import type { Seat } from '../seat'
import { removeTask } from '../structure'
import type { Edit } from '../text'
import { unwrapTask } from '../unwrap'
import { type Wrapping, wrapTasks } from '../wrap'

export interface Choice {
  readonly act: keyof typeof ACTS
  readonly one: number
  readonly other: number
  readonly more: number
}

/** What a choice did: its edits, and the field that it wrote. */
export interface Done {
  readonly edits: Edit[]
  readonly set?: { readonly path: string; readonly keys: readonly string[]; readonly value: Json | undefined }
}

type Make = (reading: Reading, task: TaskReading, other: TaskReading, more: number) => Done

const VALUES: readonly (Json | undefined)[] = [
  'Short',
  'a # b: c',
  'Two\n\nlines\n  indented # no comment',
  'tab\tand 👋 ünï',
  '  leading\nand trailing  ',
  '',
  '- item',
  true,
  7,
  ['a', 'b c'],
  { deep: { er: [1, { x: 'y\nz' }] } },
  undefined,
]
const KEYS: readonly (readonly string[])[] = [
  ['input'],
  ['timeout'],
  ['retry', 'attempts'],
  ['retry'],
  ['budget', 'tokens'],
  ['with', 'cmd'],
  ['with', 'args', '1'],
  ['with', 'args'],
  ['env', 'odd key'],
  ['env', 'MODE'],
  ['name'],
  ['id'],
  ['parallel', 'max'],
  ['loop', 'times'],
  ['needs'],
]
const PASTED: readonly string[] = [
  '- id: p1\n  agent: writer # one\n  input: |+\n    Hi\n\n\n- id: p2\n  tool: shell\n  needs: [p1, nowhere]\n  with: {x: "${{ tasks.p1.output }}"}\n',
  'id: t1\nagent: writer\ninput: &house Be quick.\n',
  '[{id: p1, tool: echo}, {tool: echo}]',
  '    - tool: echo\r\n      retry: *slow\r\n',
  'nothing of the kind',
]
const WRAPS: readonly Wrapping[] = ['sequential', 'parallel', 'condition', 'loop']

const at = <Part>(parts: readonly Part[], nth: number): Part => parts[nth % parts.length] as Part

function seatOf(task: TaskReading, more: number): Seat {
  const list = at([...task.lists, null], more >> 3)
  const inside: Seat[] = list
    ? [{ into: task.path, ...(list.branch === null ? {} : { branch: list.branch }) }]
    : []
  return at([{ after: task.path }, { before: task.path }, ...inside], more)
}

export const ACTS = {
  set: (reading, task, _, more) => {
    const keys = at(KEYS, more)
    const value = keys[0] === 'id' ? undefined : keys[0] === 'needs' ? [] : at(VALUES, more >> 4)
    return { edits: setField(reading, task.path, keys, value), set: { path: task.path, keys, value } }
  },
  raw: (reading, task, _, more) => ({
    edits: setRawField(reading, task.path, 'with', at(['cmd: ls\nenv: [a, b]', '{x: 1}', '|\n  x'], more)),
  }),
  rename: (reading, task, _, more) => ({
    edits: renameTask(reading, task.path, at(['fresh', 'a-dash', 't2'], more)),
  }),
  remove: (reading, task) => ({ edits: removeTask(reading, task.path) }),
  insert: (reading, task, _, more) => {
    const seat = seatOf(task, more)
    const { after, into, branch } = seat
    const wish = after === undefined && into === undefined ? {} : { after, into, branch }
    const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined))
    return {
      edits: insertTask(
        reading,
        'step',
        [
          ['agent', 'writer'],
          ['input', 'Do\nit.'],
        ],
        given,
      ).edits,
    }
  },
  move: (reading, task, other, more) => ({ edits: moveTask(reading, task.path, seatOf(other, more)).edits }),
  shift: (reading, task, _, more) => ({ edits: shiftTask(reading, task.path, more % 2 ? 1 : -1).edits }),
  wrap: (reading, task, _, more) => {
    const row = [...walk(reading.tasks)].filter((one) => one.list === task.list && one.index >= task.index)
    const paths = row.slice(0, 1 + (more % 2)).map((one) => one.path)
    return { edits: wrapTasks(reading, paths, at(WRAPS, more >> 1)).edits }
  },
  unwrap: (reading, task) => ({ edits: unwrapTask(reading, task.path).edits }),
  connect: (reading, task, other) => ({ edits: connect(reading, task.path, other.path) }),
  disconnect: (reading, task, other) => ({ edits: disconnect(reading, task.path, other.path) }),
  duplicate: (reading, task, other, more) => ({
    edits: duplicateTasks(reading, more % 2 ? [task.path] : [task.path, other.path]).edits,
  }),
  paste: (reading, _, other, more) => ({
    edits: pasteTasks(reading, at(PASTED, more >> 5), seatOf(other, more)).edits,
  }),
} satisfies Record<string, Make>

export const NAMES = Object.keys(ACTS) as (keyof typeof ACTS)[]

export const choice: fc.Arbitrary<Choice> = fc.record({
  act: fc.constantFrom(...NAMES),
  one: fc.nat({ max: 40 }),
  other: fc.nat({ max: 40 }),
  more: fc.nat({ max: 999 }),
})

/** Do what was chosen on a reading; the reason where it is refused. */
export function play(reading: Reading, { act, one, other, more }: Choice): Done | string {
  const tasks = [...walk(reading.tasks)]
  if (tasks.length === 0) return 'There are no tasks.'
  // Edges join neighbours: half of the time the other task is one.
  const holders = act === 'unwrap' ? tasks.filter((task) => task.children.length > 0) : []
  const picked = at(holders.length > 0 ? holders : tasks, one)
  const near = tasks.filter((candidate) => candidate.prefix === picked.prefix)
  const edges = act === 'disconnect' ? build(reading, '').edges : []
  const edge = edges.length > 0 ? at(edges, other) : null
  const task = (edge && reading.byPath.get(edge.from)) ?? picked
  const second = (edge && reading.byPath.get(edge.to)) ?? at(more % 2 ? near : tasks, other)
  try {
    return (ACTS[act] as Make)(reading, task, second, more)
  } catch (error) {
    if (error instanceof EditRefused) return error.message
    throw error
  }
}
