import Elk from 'elkjs/lib/elk.bundled.js'
import { expect, test } from 'vitest'
import { read } from '../document/read'
import { build } from './build'
import { arrange, type Box, type Layout, MEASURES } from './layout'
import { solve } from './solve'

const elk = new Elk()
const lay = (text: string, moved = {}) =>
  arrange(build(read(text), 'x'), moved, (puzzle) => solve(puzzle, elk as never))
const never = () => Promise.reject(new Error('The library was asked for a plain list.'))

const LANES = `
inputs: {repo: {}}
tasks:
  - id: gather
    parallel:
      - {id: a, tool: echo}
      - {id: b, tool: echo}
      - {id: c, tool: echo}
  - {id: d, tool: echo}
  - id: s
    sequential:
      - {id: x, tool: echo}
      - {id: y, tool: echo}
`
const box = (layout: Layout, path: string): Box =>
  layout.boxes.get(path) ?? { x: 0, y: 0, width: 0, height: 0 }

test('rows, columns and frames have the exact measures, and need no library', async () => {
  const layout = await arrange(build(read(LANES), 'x'), {}, never)
  expect(box(layout, 'gather')).toEqual({ x: 0, y: 46, width: 672, height: 110 })
  expect(box(layout, 'gather/b')).toEqual({ x: 232, y: 30, width: 208, height: 68 })
  expect(box(layout, 'd')).toEqual({ x: 232, y: 184, width: 208, height: 68 })
  expect(box(layout, 's')).toMatchObject({ x: 220, width: 232, height: 30 + 68 + 20 + 68 + 12 })
  expect(box(layout, 's/y').y - box(layout, 's/x').y).toBe(88)
})

test('a card that was moved keeps its place and its frame grows around it', async () => {
  const layout = await lay(LANES, { 'gather/a': { x: -40, y: 200 }, d: { x: -300, y: 5 } })
  expect(box(layout, 'gather/a')).toMatchObject({ x: 12, y: 200 })
  expect(box(layout, 'gather').height).toBe(200 + 68 + 12)
  expect(box(layout, 'd')).toMatchObject({ x: -300, y: 5 })
})

test('a real graph is layered downward in source order, nothing overlaps, edges bend around', async () => {
  const layout = await lay(`
tasks:
  - {id: a, tool: echo}
  - {id: b, tool: echo, needs: [a]}
  - {id: c, tool: echo, needs: [a]}
  - {id: d, tool: echo, needs: [b]}
  - {id: e, tool: echo, needs: [a, c, d]}
`)
  const all = [...layout.boxes.values()]
  for (const one of all)
    for (const other of all) {
      if (one === other) continue
      const apart =
        one.x + one.width < other.x ||
        other.x + other.width < one.x ||
        one.y + one.height < other.y ||
        other.y + other.height < one.y
      expect(apart).toBe(true)
    }
  expect(box(layout, 'b').y).toBe(box(layout, 'c').y)
  expect(box(layout, 'b').x).toBeLessThan(box(layout, 'c').x)
  expect(box(layout, 'b').y - box(layout, 'a').y).toBeGreaterThanOrEqual(
    MEASURES.card.height + MEASURES.branch,
  )
  expect(layout.routes.get('a>e')?.bends.length).toBeGreaterThan(1)
})

test('two hundred cards in one frame make a block, not a strip', async () => {
  const lanes = Array.from({ length: 200 }, (_, at) => `      - {id: t${at}, tool: echo}`).join('\n')
  const layout = await lay(`tasks:\n  - id: p\n    parallel:\n${lanes}\n`)
  expect(box(layout, 'p').width).toBeLessThan(6000)
})
