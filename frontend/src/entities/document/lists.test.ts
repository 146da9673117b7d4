import { expect, test } from 'vitest'
import { durationText, parseDuration } from './duration'
import { connect } from './edges'
import { setField } from './edits'
import { insertTask } from './insert'
import { branchOf } from './lists'
import { read } from './read'
import { renameTask } from './rename'
import { removeTask } from './structure'
import { expressionOf, loneOf } from './template'
import { applyEdits } from './text'

const FLOW = `tasks:
  - id: look
    tool: echo
    on_error:
      - {id: tell, tool: echo}
  - id: risk
    condition:
      if: tasks.look.output > 0
      then:
        - {id: a, tool: echo}
        - {id: b, tool: echo}
      else:
        - {id: a, tool: echo}
  - id: polish
    loop:
      while: tasks.look.output < 8
      max_iterations: 3
      do:
        - {id: c, tool: echo}
`

test('every list of a task is told, and a task knows its own', () => {
  const { byPath } = read(FLOW)
  expect([...byPath.keys()]).toEqual([
    'look',
    'look/on_error/tell',
    'risk',
    'risk/then/a',
    'risk/then/b',
    'risk/else/a',
    'polish',
    'polish/c',
  ])
  const a = byPath.get('risk/else/a')
  expect(a && branchOf(a)).toBe('else')
  expect(byPath.get('risk')?.lists.map(({ branch, prefix }) => [branch, prefix])).toEqual([
    ['then', 'risk/then/'],
    ['else', 'risk/else/'],
  ])
})

test.each([
  ['into a condition goes to its first branch', { into: 'risk' }, 'risk/then/step'],
  ['after a task stays in its branch', { after: 'risk/else/a' }, 'risk/else/step'],
  ['into a loop goes to its body', { into: 'polish' }, 'polish/step'],
  ['after a task of on_error stays there', { after: 'look/on_error/tell' }, 'look/on_error/step'],
])('a new task %s', (_, wish, path) => {
  const reading = read(FLOW)
  const made = insertTask(reading, 'step', [['tool', 'echo']], wish)
  expect(made.path).toBe(path)
  expect(read(applyEdits(FLOW, made.edits)).byPath.has(path)).toBe(true)
})

test('no edge joins two branches', () => {
  expect(() => connect(read(FLOW), 'risk/then/a', 'risk/else/a')).toThrow('one list')
})

test('a field below the kind is one small edit', () => {
  const edits = setField(read(FLOW), 'polish', ['loop', 'max_iterations'], 5)
  expect(applyEdits(FLOW, edits)).toBe(FLOW.replace('max_iterations: 3', 'max_iterations: 5'))
})

test('a new id is followed into the expressions of conditions and loops', () => {
  const text = applyEdits(FLOW, renameTask(read(FLOW), 'look', 'see'))
  expect(text).toContain('if: tasks.see.output > 0')
  expect(text).toContain('while: tasks.see.output < 8')
})

test('the only task of a branch can be taken out', () => {
  const text = applyEdits(FLOW, removeTask(read(FLOW), 'risk/else/a'))
  expect(text).toContain('else: []')
  expect(read(text).byPath.get('risk')?.lists[1]?.tasks).toEqual([])
})

test.each([
  ['90s', 90_000, '1m30s'],
  ['PT1H30M', 5_400_000, '1h30m'],
  ['1.5h', 5_400_000, '1h30m'],
  ['2w', 1_209_600_000, '14d'],
  ['0s', 0, '0s'],
])('%s is %i ms, and reads %s', (text, ms, said) => {
  expect(parseDuration(text)).toBe(ms)
  expect(durationText(ms)).toBe(said)
})

test.each(['soon', '', '5', '99999d', 'P'])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeNull(),
)

test.each([
  ['${{ a }}', ' a '],
  [" ${{ '}}' + b }} ", " '}}' + b "],
  ['${{ {"k": {"l": 1}} }}', ' {"k": {"l": 1}} '],
  ['${{ a }} and ${{ b }}', null],
  ['plain', null],
])('the lone expression of %j', (text, lone) => expect(loneOf(text)).toBe(lone))

test.each([
  [true, 'true'],
  [' a > 1 ', 'a > 1'],
  ['${{ a }}', 'a'],
  ['x ${{ a }}', 'true'],
  [3, null],
])('%j as an expression', (value, text) => expect(expressionOf(value)).toBe(text))
