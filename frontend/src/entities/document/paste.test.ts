import { expect, test } from 'vitest'
import { copyTasks, tasksOf } from './copy'
import { duplicateTasks, pasteTasks } from './paste'
import { read } from './read'
import type { Seat } from './seat'
import { applyEdits, invertEdits } from './text'

const FLOW = `tasks:
  # the group
  - id: group
    parallel:
      - id: one
        tool: echo
        with:
          text: |
            Two 👋
              lines
      - {id: two, tool: echo, needs: [one], if: tasks.one.output > 0}
  - id: last
    tool: echo
    retry: &slow {attempts: 2}
    needs: [group]
`
const paste = (text: string, letters: string, seat: Seat = {}) => {
  const { edits, paths } = pasteTasks(read(text), letters, seat)
  const changed = applyEdits(text, edits)
  expect(applyEdits(changed, invertEdits(text, edits))).toBe(text)
  return { changed, paths }
}

test('what is copied is YAML that stands on its own', () => {
  expect(copyTasks(read(FLOW), ['group', 'group/one'])).toBe(`# the group
- id: group
  parallel:
    - id: one
      tool: echo
      with:
        text: |
          Two 👋
            lines
    - {id: two, tool: echo, needs: [one], if: tasks.one.output > 0}
`)
  expect(copyTasks(read(FLOW), ['group/two'])).toBe(
    '- {id: two, tool: echo, needs: [one], if: tasks.one.output > 0}\n',
  )
})

test('a copy has ids of its own, and speaks of its own tasks', () => {
  const { edits, paths } = duplicateTasks(read(FLOW), ['group'])
  expect(paths).toEqual(['group_2'])
  expect(applyEdits(FLOW, edits)).toContain(`  # the group
  - id: group_2
    parallel:
      - id: one_2
        tool: echo
        with:
          text: |
            Two 👋
              lines
      - {id: two_2, tool: echo, needs: [one_2], if: tasks.one_2.output > 0}
  - id: last
`)
})

test('neighbours that are copied together wait for each other, not for the first ones', () => {
  const text =
    'tasks:\n  - id: p\n    parallel:\n      - {id: a, tool: echo}\n      - {id: b, tool: echo, needs: [a, c]}\n      - {id: c, tool: echo}\n'
  const { edits } = duplicateTasks(read(text), ['p/b', 'p/a'])
  expect(applyEdits(text, edits)).toContain(
    '      - {id: a_2, tool: echo}\n      - {id: b_2, tool: echo, needs: [a_2, c]}\n',
  )
})

test('a pasted anchor gets a name that is free, with its aliases', () => {
  const { changed } = paste(
    FLOW,
    '- id: x\n  tool: echo\n  retry: &slow {attempts: 9}\n- id: y\n  tool: echo\n  retry: *slow\n',
  )
  expect(changed).toContain('retry: &slow_2 {attempts: 9}')
  expect(changed).toContain('retry: *slow_2\n')
  expect(paste(FLOW, '- {id: x, tool: echo, retry: *slow}').changed).toContain('retry: *slow}')
  expect(() => paste(FLOW, '- {id: x, tool: echo, retry: *slow}', { after: 'group' })).toThrow(
    'no &slow stands above',
  )
})

test.each([
  ['a list', '- id: x\n  tool: echo\n'],
  ['a list from the middle of a file', '- id: x\n        tool: echo\n'],
  ['an indented list', '    - id: x\n      tool: echo'],
  ['one task', 'id: x\ntool: echo'],
  ['one task from behind its dash', 'id: x\n        tool: echo\n'],
  ['a list under its key', 'tasks:\n    - id: x\n      tool: echo\n'],
  ['with the line breaks of Windows', '- id: x\r\n  tool: echo\r\n'],
])('%s is pasted in the indentation of its place', (_, letters) => {
  expect(paste(FLOW, letters, { into: 'group' })).toEqual({
    changed: FLOW.replace('  - id: last', '      - id: x\n        tool: echo\n  - id: last'),
    paths: ['group/x'],
  })
  const windows = FLOW.replaceAll('\n', '\r\n')
  expect(paste(windows, letters).changed).toBe(`${windows}  - id: x\r\n    tool: echo\r\n`)
})

test('between brackets what can be said in brackets is', () => {
  const text = 'tasks: [{id: a, tool: echo}]\n'
  expect(paste(text, '- id: x\n  tool: echo\n  with: {a: [1]}\n').changed).toBe(
    'tasks: [{id: a, tool: echo}, {id: x, tool: echo, with: {a: [1]}}]\n',
  )
  expect(() => paste(text, '- id: x # why\n  tool: echo\n')).toThrow('written with [ ]')
})

test('needs that nobody here has are left out', () => {
  const { changed } = paste(
    FLOW,
    '- {id: x, tool: echo, needs: [group, gone]}\n- {id: y, tool: echo, needs: [gone]}\n',
  )
  expect(changed).toContain('  - {id: x, tool: echo, needs: [group]}\n  - {id: y, tool: echo}\n')
})

test.each([
  ['', 'nothing to paste'],
  ['Some words', 'It is plain text.'],
  ['- id: x\n- 5', 'Item 1 has none of agent, tool'],
  ['name: x', 'A task has one of agent, tool'],
  ['a: [', 'It is no YAML'],
  ['tasks: []', 'is no task'],
])('%j is no task', (letters, why) => expect(() => tasksOf(letters)).toThrow(why))
