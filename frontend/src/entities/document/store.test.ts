import { expect, test } from 'vitest'
import { setField } from './edits'
import { renameTask } from './rename'
import { openDocument } from './store'
import { applyEdits, difference, invertEdits } from './text'

const TEXT = 'name: A\ntasks:\n  - id: one\n    tool: echo\n  - id: two\n    tool: echo\n'
const open = () => openDocument({ name: 'a', text: TEXT, revision: 'r1', savedAt: 0 })

test('acts are read at once, keystrokes when they rest', () => {
  const store = open()
  store.getState().apply(setField(store.getState().reading, 'one', ['name'], 'First'), 'inspector')
  expect(store.getState().graph.vertices[0]?.name).toBe('First')
  store
    .getState()
    .type(difference(store.getState().text, store.getState().text.replace('First', 'Uno')), 1000)
  expect(store.getState().fresh).toBe(false)
  expect(store.getState().graph.vertices[0]?.name).toBe('First')
  store.getState().settle()
  expect(store.getState().graph.vertices[0]?.name).toBe('Uno')
})

test('a burst of typing is one step, and undoing all gives the bytes back', () => {
  const store = open()
  let at = TEXT.indexOf('one') + 3
  for (const letter of 'ness') {
    store.getState().type([{ from: at, to: at, insert: letter }], 1000 + at)
    at += 1
  }
  store.getState().settle()
  store.getState().apply(renameTask(store.getState().reading, 'oneness', 'uno'), 'canvas', ['uno'])
  expect(store.getState().past).toHaveLength(2)
  expect(store.getState().pointing.paths).toEqual(['uno'])
  store.getState().undo()
  expect(store.getState().text).toContain('oneness')
  store.getState().undo()
  expect(store.getState().text).toBe(TEXT)
  expect(store.getState().saving.kind).toBe('saved')
  store.getState().redo()
  store.getState().redo()
  expect(store.getState().text).toBe(TEXT.replace('id: one', 'id: uno'))
  expect(store.getState().future).toEqual([])
})

test('half-typed text keeps the last whole picture', () => {
  const store = open()
  store.getState().type(difference(TEXT, `${TEXT}  - {id: [`), 0)
  store.getState().settle()
  expect(store.getState().reading.problems.length).toBeGreaterThan(0)
  expect(store.getState().graph.vertices).toHaveLength(2)
})

test('what the server took is saved only if nothing was typed since', () => {
  const store = open()
  store.getState().type([{ from: 0, to: 0, insert: '# x\n' }], 0)
  const sent = store.getState().text
  store.getState().type([{ from: 0, to: 0, insert: '# y\n' }], 5000)
  store.getState().saved(sent, 'r2', 9)
  expect(store.getState()).toMatchObject({ revision: 'r2', saving: { kind: 'edited' } })
  store.getState().undo()
  expect(store.getState().saving.kind).toBe('saved')
})

test('findings about an older text are dropped', () => {
  const store = open()
  store.getState().type([{ from: 0, to: 0, insert: '\n' }], 0)
  store.getState().setDiagnostics(
    [
      {
        code: 'x',
        severity: 'error',
        message: '',
        span: { line: 1, column: 1, end_line: 1, end_column: 2 },
        path: '',
        fix: null,
      },
    ],
    TEXT,
  )
  expect(store.getState().diagnostics).toEqual([])
})

test('the difference of two texts is one edit that can be taken back', () => {
  const edits = difference('abcabc', 'abXabc')
  expect(applyEdits('abcabc', edits)).toBe('abXabc')
  expect(applyEdits('abXabc', invertEdits('abcabc', edits))).toBe('abcabc')
  expect(difference('aa', 'aaa')).toHaveLength(1)
})
