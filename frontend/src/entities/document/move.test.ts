import { expect, test } from 'vitest'
import { type Act, moveTask, shiftTask, shiftTasks } from './move'
import { type Reading, read } from './read'
import type { Seat } from './seat'
import { removeTasks } from './structure'
import { applyEdits, invertEdits } from './text'
import { unwrapTask } from './unwrap'
import { type Wrapping, wrapTasks } from './wrap'

const FLOW = `tasks:
  # about a
  - id: a   # its id
    tool: echo
    with: {text: |-
      x}
  - id: b
    tool: echo
`.replace('{text: |-\n      x}', '{text: x}')

/** Do an act on a text, take it back, and give what it made. */
function after(text: string, act: (reading: Reading) => Act): string {
  const { edits, paths } = act(read(text))
  const changed = applyEdits(text, edits)
  expect(applyEdits(changed, invertEdits(text, edits))).toBe(text)
  for (const path of paths) expect(read(changed).byPath.has(path), path).toBe(true)
  return changed
}
const move = (text: string, path: string, seat: Seat) =>
  after(text, (reading) => moveTask(reading, path, seat))
const wrap = (text: string, paths: string[], kind: Wrapping) =>
  after(text, (reading) => wrapTasks(reading, paths, kind))
const unwrap = (text: string, path: string) => after(text, (reading) => unwrapTask(reading, path))

test('a task goes down with its own comments, and comes back up', () => {
  const down = after(FLOW, (reading) => shiftTask(reading, 'a', 1))
  expect(down).toBe(`tasks:
  - id: b
    tool: echo
  # about a
  - id: a   # its id
    tool: echo
    with: {text: x}
`)
  expect(after(down, (reading) => shiftTask(reading, 'a', -1))).toBe(FLOW)
  expect(() => shiftTask(read(FLOW), 'a', -1)).toThrow('a is the first task of its list already.')
})

const ROW =
  'tasks:\n  - {id: a, tool: echo, retry: &r {attempts: 2}}\n  - {id: b, tool: echo, retry: *r}\n  - {tool: echo}\n'

test('neighbours go down together, and all go out together', () => {
  const down = after(ROW, (reading) => shiftTasks(reading, ['a', 'b'], 1))
  expect(read(down).tasks.map((task) => task.path)).toEqual(['tool-1', 'a', 'b'])
  expect(after(down, (reading) => shiftTasks(reading, ['b', 'a'], -1))).toBe(ROW)
  expect(() => shiftTasks(read(ROW), ['a', 'tool-3'], 1)).toThrow('is the last task')
  const out = removeTasks(read(ROW), ['a', 'b'])
  expect(applyEdits(ROW, out)).toBe('tasks:\n  - {tool: echo}\n')
  expect(() => removeTasks(read(ROW), ['a'])).toThrow('&r is defined here')
})

const FRAMES = `tasks:
  - id: plan
    tool: echo
  - id: side
    parallel:
      max: 2
      do:
        - id: left
          tool: echo
          needs: [right]
          input: |
            Deep

              text
        # the right one
        - id: right
          tool: echo
  - id: risk
    condition:
      if: tasks.plan.output > 0
      then:
        - {id: left, tool: echo}
  - id: end
    tool: echo
    needs: [plan, side]
`

test('into another list it is indented anew, and names nobody there', () => {
  const text = move(FRAMES, 'side/left', { after: 'plan' })
  expect(text).toContain(`    tool: echo
  - id: left
    tool: echo
    input: |
      Deep

        text
  - id: side
`)
  expect(text).not.toContain('needs: [right]')
})

test('into a branch that is not there yet, and under a new id where its own is taken', () => {
  expect(move(FRAMES, 'end', { into: 'risk', branch: 'else' })).toContain(`      else:
        - id: end
          tool: echo
`)
  const text = move(FRAMES, 'side/left', { into: 'risk', branch: 'then' })
  expect(text).toContain('        - {id: left, tool: echo}\n        - id: left_2\n          tool: echo\n')
})

test('who waited for a task that leaves waits for what it waited for', () => {
  const text = move(FRAMES, 'plan', { into: 'side' })
  expect(text).toContain('    needs: [side]\n')
  expect(move(FRAMES, 'side', { into: 'risk', branch: 'then' })).toContain('    needs: [plan]\n')
})

test.each([
  ['into itself', FRAMES, 'side', { into: 'side' }, 'side cannot go into itself.'],
  [
    'above what it waits for',
    'tasks:\n  - {id: a, tool: echo}\n  - {id: b, tool: echo, needs: [a]}\n  - {id: c, tool: echo}\n',
    'a',
    { after: 'c' },
    'would wait for each other',
  ],
  [
    'above its anchor',
    'tasks:\n  - {id: a, tool: echo, retry: &r {attempts: 2}}\n  - {id: b, tool: echo, retry: *r}\n',
    'b',
    { before: 'a' },
    '*r in line 3 must stand below &r',
  ],
  [
    'lines into brackets',
    'tasks:\n  - id: a\n    tool: echo\n  - {id: p, parallel: [{id: x, tool: echo}]}\n',
    'a',
    { into: 'p' },
    'written with [ ]',
  ],
  [
    'away from where its name is read',
    'tasks:\n  - id: p\n    sequential:\n      - {id: a, tool: echo}\n      - {id: b, tool: echo, if: tasks.a.output > 0}\n  - id: q\n    sequential:\n      - {id: a, tool: echo}\n  - {id: z, tool: echo}\n',
    'q/a',
    { before: 'p/b' },
    '',
  ],
])('a move %s', (_, text, path, seat, why) => {
  if (why === '') expect(move(text, path, seat)).toContain('{id: a_2, tool: echo}')
  else expect(() => moveTask(read(text), path, seat)).toThrow(why)
})

test('an anchor that is used below may go down as far as that', () => {
  const text =
    'tasks:\n  - {id: a, tool: echo, retry: &r {attempts: 2}}\n  - {id: b, tool: echo}\n  - {id: c, tool: echo, retry: *r}\n'
  expect(move(text, 'a', { after: 'b' })).toContain('  - {id: b, tool: echo}\n  - {id: a, tool')
  expect(() => moveTask(read(text), 'a', { after: 'c' })).toThrow('must stand below &r')
})

test('between brackets a task moves between brackets', () => {
  const text = 'tasks: [{id: a, tool: echo}, {id: b, tool: echo}, {id: p, parallel: []}] # all\n'
  expect(move(text, 'a', { after: 'b' })).toBe(
    'tasks: [{id: b, tool: echo}, {id: a, tool: echo}, {id: p, parallel: []}] # all\n',
  )
  expect(move(text, 'a', { into: 'p' })).toBe(
    'tasks: [{id: b, tool: echo}, {id: p, parallel: [{id: a, tool: echo}]}] # all\n',
  )
})

test('tasks go into a container, which waits for what they waited for', () => {
  const text = wrap(FRAMES, ['risk', 'end'], 'parallel')
  expect(text).toContain(`  - id: parallel
    needs: [side, plan]
    parallel:
      - id: risk
        condition:
          if: tasks.plan.output > 0
          then:
            - {id: left, tool: echo}
      - id: end
        tool: echo
`)
  expect(wrap(FLOW, ['a'], 'loop')).toBe(`tasks:
  - id: loop
    loop:
      times: 3
      do:
        # about a
        - id: a   # its id
          tool: echo
          with: {text: x}
  - id: b
    tool: echo
`)
  expect(wrap('tasks: [{id: a, tool: echo}]\n', ['a'], 'condition')).toBe(
    'tasks: [{id: condition, condition: {if: "true", then: [{id: a, tool: echo}]}}]\n',
  )
  expect(() => wrapTasks(read(FRAMES), ['plan', 'end'], 'parallel')).toThrow('next to one another')
})

test('a container goes, its tasks and their comments stay', () => {
  const text = unwrap(FRAMES, 'side')
  expect(text).toContain(`    tool: echo
  - id: left
    tool: echo
    needs: [right]
    input: |
      Deep

        text
  # the right one
  - id: right
    tool: echo
    needs: [plan]
  - id: risk
`)
  expect(text).toContain('    needs: [plan, left]\n')
  expect(unwrap(wrap(FLOW, ['a', 'b'], 'sequential'), 'sequential')).toBe(FLOW)
  expect(unwrap('tasks:\n  - {id: p, parallel: [{id: x, tool: echo}, {id: y, tool: echo}]}\n', 'p')).toBe(
    'tasks:\n  - {id: x, tool: echo}\n  - {id: y, tool: echo, needs: []}\n',
  )
})

test.each([
  [
    'two branches',
    'condition: {if: "true", then: [{id: x, tool: echo}], else: [{id: y, tool: echo}]}',
    'only one list',
  ],
  ['fields of its own', 'timeout: 5m\n    sequential: [{id: x, tool: echo}]', 'has timeout'],
  ['no tasks', 'sequential: []', 'holds no tasks'],
])('a container with %s stays', (_, body, why) => {
  expect(() => unwrapTask(read(`tasks:\n  - id: p\n    ${body}\n`), 'p')).toThrow(why)
})

test('what reads the output of a container keeps it', () => {
  const text =
    'tasks:\n  - id: p\n    sequential: [{id: x, tool: echo}]\noutputs: {a: "${{ tasks.p.output }}"}\n'
  expect(() => unwrapTask(read(text), 'p')).toThrow('The flow reads tasks.p')
})
