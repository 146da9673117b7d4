import { expect, test } from 'vitest'
import { build } from '../graph/build'
import { insertTask, type Wish } from './insert'
import { read } from './read'
import { applyEdits } from './text'

const FLOW = `tasks:
  - {id: a, tool: echo}
  - {id: b, tool: echo}
  - id: p
    parallel:
      - {id: x, tool: echo}
      - {id: y, tool: echo}
  - {id: c, tool: echo, needs: [a, b]}
`
const put = (wish: Wish) => {
  const { edits, path } = insertTask(read(FLOW), 'a', [['tool', 'echo']], wish)
  const text = applyEdits(FLOW, edits)
  expect(read(text).problems).toEqual([])
  expect(read(text).byPath.has(path)).toBe(true)
  return { path, edges: build(read(text), 'f').edges.map(({ from, to }) => `${from}>${to}`) }
}

test('after a task in a list: between it and the next', () => {
  expect(put({ after: 'a' })).toEqual({ path: 'a_2', edges: ['a>a_2', 'a_2>b', 'b>p', 'a>c', 'b>c'] })
})

test('alone: nothing that ran before waits for it', () => {
  expect(put({ after: 'a', alone: true }).edges).toEqual(['a>b', 'b>p', 'a>c', 'b>c'])
})

test('on an edge: only that edge goes through it', () => {
  expect(put({ after: 'a', before: 'c' }).edges).toEqual(['a>a_2', 'a>b', 'b>p', 'a_2>c', 'b>c'])
  expect(put({ after: 'a', before: 'b' }).edges).toEqual(['a>a_2', 'a_2>b', 'b>p', 'a>c', 'b>c'])
})

test('its id is new in the whole flow; after a lane it waits for the lane; into a frame it is one more', () => {
  expect(put({ after: 'p/x' }).edges).toContain('p/x>p/a_2')
  expect(put({ into: 'p' })).toEqual({ path: 'p/a_2', edges: ['a>b', 'b>p', 'a>c', 'b>c'] })
})

test('at the end it follows the last', () => {
  expect(put({}).edges).toContain('c>a_2')
})
