import { expect, test } from 'vitest'
import { read } from '@/entities/document/read'
import { build } from '@/entities/graph/build'
import { emptyRun, foldAll, type RunEvent } from '@/entities/run'
import type { Json } from '@/shared/api/types'
import { before, stockOf } from './outputs'
import { pinsIn } from './pins'
import { sources, trialSentence } from './words'

const FLOW = `tasks:
  - {id: fetch, name: Fetch, tool: echo}
  - id: each
    loop:
      for_each: \${{ tasks.fetch.output }}
      do:
        - {id: draft, name: Draft, tool: echo}
        - {id: check, name: Check, tool: echo}
  - {id: last, name: Last, tool: echo}
`
const graph = build(read(FLOW), 'flow')
const NO_PINS = new Map<string, Json>()

/** A run in which these paths completed with these outputs. */
function ran(runId: string, outputs: { [path: string]: Json }) {
  const events = Object.entries(outputs).map(
    ([path, output], at) =>
      ({
        seq: at + 1,
        run_id: runId,
        ts: at,
        type: 'task.completed',
        path,
        attempt: 1,
        data: { kind: 'tool', output },
      }) as unknown as RunEvent,
  )
  return foldAll(emptyRun(runId), events)
}

test('what comes before a task inside a loop is before it there, and before the loop', () => {
  expect(before(graph, 'each/check').map((task) => task.path)).toEqual(['fetch', 'each/draft'])
  expect(before(graph, 'fetch')).toEqual([])
})

test('an output comes from the newest run that has it, and says from which', () => {
  const stock = stockOf(
    graph,
    'last',
    [ran('run_newer', { fetch: 'new' }), ran('run_older', { fetch: 'old', each: ['a'] })],
    NO_PINS,
  )
  expect(stock.pins).toEqual({ fetch: 'new', each: ['a'] })
  expect(stock.taken.map(({ path, runId }) => [path, runId])).toEqual([
    ['fetch', 'run_newer'],
    ['each', 'run_older'],
  ])
  expect(stock.missing).toEqual([])
})

test('each iteration gets its own output, one more the last', () => {
  const run = ran('run_1', { fetch: 'f', 'each@1/draft': 'one', 'each@2/draft': 'two' })
  const { pins } = stockOf(graph, 'each/check', [run], NO_PINS)
  expect(pins).toEqual({ fetch: 'f', 'each@1/draft': 'one', 'each@2/draft': 'two', 'each/draft': 'two' })
})

test('without a run that has it, a task before is missing', () => {
  expect(stockOf(graph, 'last', [], NO_PINS)).toMatchObject({
    pins: {},
    taken: [],
    missing: [{ path: 'fetch' }, { path: 'each' }],
  })
})

test('what the flow pins comes before any run, null included; the task itself is never given', () => {
  const pinned = FLOW.replace('name: Fetch,', 'name: Fetch, pin: null,').replace(
    'name: Last,',
    'name: Last, pin: 7,',
  )
  const stock = stockOf(graph, 'last', [ran('run_1', { fetch: 'x', each: [] })], pinsIn(read(pinned)))
  expect(stock.pins).toEqual({ fetch: null, each: [] })
  expect(sources(stock.taken)).toEqual([
    { from: 'Pinned in the flow', names: ['Fetch'] },
    { from: 'From run run_1', names: ['each'] },
  ])
})

test('a trial says in one sentence how it differs', () => {
  expect(trialSentence({ only: 'check', pins: { a: 1, 'each/x': 1, 'each@1/x': 1 } })).toBe(
    'A trial: only check, 2 outputs given.',
  )
  expect(trialSentence({ development: true, breakpoints: ['a'], step: true })).toBe(
    'A trial: pinned outputs count, 1 breakpoint, step by step.',
  )
})
