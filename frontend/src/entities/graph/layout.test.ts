import Elk from 'elkjs/lib/elk.bundled.js'
import { expect, test } from 'vitest'
import { read } from '../document/read'
import { branchesOf } from './branches'
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

const BRANCHES = `
tasks:
  - id: risk
    condition:
      if: inputs.n > 3
      then:
        - {id: a, tool: echo}
        - {id: b, tool: echo}
      else: []
  - id: sort
    condition:
      on: inputs.level
      cases: {"very/high": [{id: c, tool: echo}], 3: []}
      default: [{id: d, tool: echo}]
  - id: polish
    loop: {times: 3, do: [{id: x, tool: echo}, {id: y, tool: echo}]}
`

test('branches stand side by side below their labels; one without tasks is a stub', async () => {
  const reading = read(BRANCHES)
  const graph = build(reading, 'x')
  const layout = await arrange(graph, {}, never, branchesOf(graph, reading))
  expect(box(layout, 'risk')).toMatchObject({ width: 372, height: 218 })
  expect(box(layout, 'risk/then/a')).toMatchObject({ x: 12, y: 50 })
  expect(box(layout, 'risk/then/b')).toMatchObject({ x: 12, y: 138 })
  expect(layout.lanes.get('risk')).toEqual([
    { name: 'then', empty: false, box: { x: 12, y: 50, width: 208, height: 156 } },
    { name: 'else', empty: true, box: { x: 244, y: 50, width: 116, height: 68 } },
  ])
  expect(layout.lanes.get('sort')?.map(({ name, empty }) => [name, empty])).toEqual([
    ['very/high', false],
    ['3', true],
    ['default', false],
  ])
  expect(box(layout, 'sort/very%2Fhigh/c').x).toBeLessThan(box(layout, 'sort/default/d').x)
})

test('without a text the else of a condition is still there', async () => {
  const layout = await arrange(build(read(BRANCHES), 'x'), {}, never)
  expect(layout.lanes.get('risk')?.map(({ name }) => name)).toEqual(['then', 'else'])
})

test('a loop runs downward and returns from its last task to its first', async () => {
  const layout = await arrange(build(read(BRANCHES), 'x'), {}, never)
  expect(box(layout, 'polish')).toMatchObject({ width: 232, height: 198 })
  expect(layout.returns.get('polish')).toEqual({ from: { x: 12, y: 152 }, to: { x: 12, y: 64 } })
})

test('what is done when a task fails stands beside it, and the column keeps its middle', async () => {
  const layout = await arrange(
    build(
      read(`
tasks:
  - {id: a, tool: echo}
  - id: b
    tool: echo
    on_error: [{id: tell, tool: echo}]
  - {id: c, tool: echo}
`),
      'x',
    ),
    {},
    never,
  )
  expect(box(layout, 'b').x).toBe(box(layout, 'a').x)
  expect(box(layout, 'b/on_error')).toEqual({ x: 232, y: 96, width: 232, height: 110 })
  expect(box(layout, 'b/on_error/tell')).toMatchObject({ x: 12, y: 30 })
  expect(box(layout, 'c').y).toBe(96 + 110 + 28)
})
