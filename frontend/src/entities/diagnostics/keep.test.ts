import { expect, test, vi } from 'vitest'
import { openDocument } from '../document/store'
import { keepFinding } from './keep'
import { check } from './read'

const GOOD = 'tasks:\n  - {id: one, tool: echo}\n'
const open = () =>
  openDocument({ name: 'x', text: GOOD, revision: 'r', savedAt: 0, diagnostics: check(GOOD).findings })

test('findings follow the typing without a studio, and their fixes hold for the text', async () => {
  const store = open()
  const stop = keepFinding(store, () => ({}))
  store.getState().type([{ from: GOOD.indexOf('echo'), to: GOOD.indexOf('echo') + 4, insert: 'ecko' }], 0)
  await vi.waitFor(() => expect(store.getState().diagnostics).toHaveLength(1))
  const { diagnostics, checkedText, text } = store.getState()
  expect(checkedText).toBe(text)
  expect(diagnostics[0]).toMatchObject({ code: 'unknown_tool', fix: { title: 'Use echo' } })
  stop()
})

test('typing that changes no finding leaves them the very same value', async () => {
  const store = open()
  const stop = keepFinding(store, () => ({}))
  const before = store.getState().diagnostics
  store.getState().type([{ from: GOOD.length, to: GOOD.length, insert: '# a word\n' }], 0)
  await vi.waitFor(() => expect(store.getState().checkedText).toBe(store.getState().text))
  expect(store.getState().diagnostics).toBe(before)
  stop()
})

test('tools that the studio tells are known', async () => {
  const store = open()
  const stop = keepFinding(store, () => ({ tools: new Set(['echo', 'draw']) }))
  store.getState().type([{ from: GOOD.indexOf('echo'), to: GOOD.indexOf('echo') + 4, insert: 'draw' }], 0)
  await vi.waitFor(() => expect(store.getState().checkedText).toBe(store.getState().text))
  expect(store.getState().diagnostics).toEqual([])
  stop()
})
