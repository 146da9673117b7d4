import { expect, test } from 'vitest'
import { setField } from './edits'
import { moveTask } from './move'
import { read } from './read'
import { addTask, removeTask } from './structure'
import { applyEdits } from './text'

const inputs = (text: string) => read(text).tasks.map((task) => task.map.toJSON().input)

const KEPT = `tasks:
  - id: a
    agent: writer
    input: |+
      kept


  - id: b
    agent: writer
    input: x

  - id: c
    agent: writer
    input: y
`

test('blank lines that a text keeps stay its own, and no others become so', () => {
  const added = applyEdits(
    KEPT,
    addTask(
      read(KEPT),
      [
        ['id', 'n'],
        ['agent', 'writer'],
      ],
      { after: 'a' },
    ),
  )
  expect(inputs(added)).toEqual(['kept\n\n\n', undefined, 'x', 'y'])
  expect(inputs(applyEdits(KEPT, removeTask(read(KEPT), 'b')))).toEqual(['kept\n\n\n', 'y'])
  expect(inputs(applyEdits(KEPT, moveTask(read(KEPT), 'a', { after: 'b' }).edits))).toEqual([
    'x',
    'kept\n\n\n',
    'y',
  ])
  expect(inputs(applyEdits(KEPT, moveTask(read(KEPT), 'a', { after: 'c' }).edits))).toEqual([
    'x',
    'y',
    'kept\n\n\n',
  ])
})

const DEEP = `tasks:
  - id: a
    agent: writer
    input: |
      said
    timeout: 5m
      # deeper
  - id: b
    agent: writer
    timeout: 5m # five
      # deeper too
`

test('a comment below does not become part of a text', () => {
  const cut = applyEdits(DEEP, setField(read(DEEP), 'a', ['timeout'], undefined))
  expect(cut).toContain('      said\n    # deeper\n  - id: b')
  expect(inputs(cut)[0]).toBe('said\n')
  const set = applyEdits(DEEP, setField(read(DEEP), 'b', ['timeout'], 'a\nb'))
  expect(set).toContain('    timeout: "a\\nb" # five\n      # deeper too\n')
  const put = applyEdits(DEEP, setField(read(DEEP), 'b', ['input'], 'a\nb'))
  expect(put).toContain('      # deeper too\n    input: |\n      a\n      b\n')
})

test('a field beside the tasks of a short form makes room for itself', () => {
  const text =
    'tasks:\n  - id: p\n    parallel: # two\n    - {id: x, tool: echo}\n    # more\n    - {id: y, tool: echo}\n'
  expect(applyEdits(text, setField(read(text), 'p', ['parallel', 'max'], 2))).toBe(
    'tasks:\n  - id: p\n    parallel: # two\n      max: 2\n      do:\n        - {id: x, tool: echo}\n        # more\n        - {id: y, tool: echo}\n',
  )
  const short = 'tasks:\n  - {id: p, parallel: [{id: x, tool: echo}]}\n'
  expect(applyEdits(short, setField(read(short), 'p', ['parallel', 'max'], 2))).toContain(
    'parallel: {max: 2, do: [{id: x, tool: echo}]}',
  )
})

test('the first task of an empty list leaves a comment behind the key where it is', () => {
  const text = 'tasks: []  # none yet\n'
  expect(
    applyEdits(
      text,
      addTask(
        read(text),
        [
          ['id', 'a'],
          ['tool', 'echo'],
        ],
        {},
      ),
    ),
  ).toBe('tasks:  # none yet\n  - id: a\n    tool: echo\n')
})

test('what an alias elsewhere speaks of is edited in the source', () => {
  const text =
    'tasks:\n  - {id: a, tool: echo, retry: &r {attempts: 2}}\n  - {id: b, tool: echo, retry: *r}\n'
  expect(() => removeTask(read(text), 'a')).toThrow('&r is defined here and used as *r in line 3')
  expect(() => setField(read(text), 'b', ['retry', 'attempts'], 5)).toThrow('retry is an alias')
  expect(applyEdits(text, removeTask(read(text), 'b'))).not.toContain('*r')
})
