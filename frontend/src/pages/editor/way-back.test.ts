import { expect, test, vi } from 'vitest'
import { setField } from '@/entities/document/edits'
import { openDocument } from '@/entities/document/store'
import { removeTask } from '@/entities/document/structure'
import { holdSteps } from './way-back'

const TEXT =
  'tasks:\n  - id: one\n    tool: echo\n  - id: two\n    tool: echo\n  - id: three\n    tool: echo\n'

function withoutTwo() {
  const store = openDocument({ name: 'a', text: TEXT, revision: 'r1', savedAt: 0 })
  for (const path of ['one', 'two'])
    store.getState().apply(removeTask(store.getState().reading, path), 'canvas')
  const lost = vi.fn()
  return { store, lost, steps: holdSteps(store, 2, lost) }
}

test('all that one deletion took comes back', () => {
  const { store, lost, steps } = withoutTwo()
  store.getState().point(['three'], 'canvas')
  expect(lost).not.toHaveBeenCalled()
  steps.back()
  expect(store.getState().text).toBe(TEXT)
  expect(lost).not.toHaveBeenCalled()
})

test('after another edit nothing is undone, and that is told once', () => {
  const { store, lost, steps } = withoutTwo()
  store.getState().apply(setField(store.getState().reading, 'three', ['name'], 'Third'), 'inspector')
  store.getState().undo()
  store.getState().redo()
  const { text } = store.getState()
  steps.back()
  expect(store.getState().text).toBe(text)
  expect(lost).toHaveBeenCalledOnce()
})

test('what Mod+Z brought back already is not undone further', () => {
  const { store, lost, steps } = withoutTwo()
  store.getState().undo()
  expect(lost).toHaveBeenCalledOnce()
  steps.back()
  expect(store.getState().past).toHaveLength(1)
})
