import { expect, test } from 'vitest'
import { diffArgs, differing, diffLines, linesOf } from './diff'

test('an edited argument stands as minus and plus, equal ones stand once', () => {
  const lines = diffArgs({ title: 'Tests fail', labels: ['bug'] }, { title: '3 tests fail', labels: ['bug'] })
  expect(lines).toEqual([
    { at: 0, key: 'title', text: 'Tests fail', sign: '-' },
    { at: 1, key: 'title', text: '3 tests fail', sign: '+' },
    { at: 2, key: 'labels', text: '["bug"]', sign: '' },
  ])
})

test('inside a long text only the changed lines differ', () => {
  expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c']).map(({ sign, text }) => sign + text)).toEqual([
    'a',
    '-b',
    '+x',
    'c',
  ])
})

test('an argument that one side lacks is all minus or all plus', () => {
  expect(diffArgs({ a: 1 }, { b: 2 }).map(({ sign, key }) => sign + key)).toEqual(['-a', '+b'])
})

test('the name stands on the first line of its argument only', () => {
  expect(diffArgs({ body: 'one\ntwo' }, { body: 'one\ntwo' }).map(({ key }) => key)).toEqual(['body', ''])
})

test('only what differs is counted', () => {
  expect(differing({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3], c: null })).toBe(2)
})

test('a text keeps its lines, a small value its one', () => {
  expect(linesOf('a\nb\n')).toEqual(['a', 'b'])
  expect(linesOf({ n: 1 })).toEqual(['{"n":1}'])
})
