import { expect, test } from 'vitest'
import { read } from '@/entities/document/read'
import { build } from '@/entities/graph/build'
import { emptyRun, freshTask, type RunState, type TaskState } from '@/entities/run/state'
import type { Diagnostic } from '@/shared/api/types'
import { fitted } from './camera'
import { facesOf } from './face'
import { lodOf } from './lod'
import { corners, draw } from './route'
import { refusal } from './shapes'
import { footOf, frameState, wireOf } from './state'
import { step } from './walk'

const TEXT = `models: {m: {provider: scripted}}
agents: {w: {model: m}, g: {model: "openai:gpt-5-mini"}}
tasks:
  - {id: a, agent: w, input: Go}
  - {id: b, agent: g}
  - id: p
    parallel: {max: 2, do: [{id: x, tool: echo}, {id: y, tool: shell}]}
  - {id: ok, approval: {ask: Sure?, to: [lead], need: 1, expires: 24h}}
`
const graph = build(read(TEXT), 'f')
const facts = { graph, reading: read(TEXT), findings: [] as Diagnostic[], privileged: new Set(['shell']) }

test('a card says who works, with what, and who is asked', () => {
  const line = (path: string) => facesOf(facts, new Map()).get(path)?.line
  expect(line('a')).toBe('w · scripted')
  expect(line('b')).toBe('g · gpt-5-mini')
  expect(line('p')).toBe('join all · max 2')
  expect(line('ok')).toBe('ask lead · 1 of 1 · 24h')
  expect(facesOf(facts, new Map()).get('p/y')?.privileged).toBe(true)
})

test('only the card that a finding is about gets a new face', () => {
  const before = facesOf(facts, new Map())
  const finding = { code: 'unknown_agent', severity: 'error', message: '', path: 'a', fix: null } as const
  const span = { line: 1, column: 1, end_line: 1, end_column: 1 }
  const after = facesOf({ ...facts, findings: [{ ...finding, span }] }, before)
  expect(after.get('a')).toMatchObject({ errors: 1, wrong: true, line: 'w, not defined' })
  expect(after.get('b')).toBe(before.get('b'))
})

test('an arrow leads to the nearest card in its direction', () => {
  const centres = new Map([
    ['top', { x: 300, y: 0 }],
    ['left', { x: 100, y: 100 }],
    ['mid', { x: 300, y: 100 }],
    ['low', { x: 320, y: 200 }],
  ])
  expect(step(centres, 'top', 'down')).toBe('mid')
  expect(step(centres, 'mid', 'left')).toBe('left')
  expect(step(centres, 'left', 'right')).toBe('mid')
  expect(step(centres, 'low', 'down')).toBeNull()
  expect(step(centres, 'nowhere', 'down')).toBe('top')
})

test('an edge runs straight where it can, else across at one height, and around what is above it', () => {
  expect(corners({ x: 5, y: 0 }, { x: 5, y: 30 }, 'out')).toHaveLength(2)
  expect(corners({ x: 0, y: 0 }, { x: 90, y: 60 }, 'out')[1]).toEqual({ x: 0, y: 18 })
  expect(corners({ x: 0, y: 0 }, { x: 90, y: 60 }, 'in')[1]).toEqual({ x: 0, y: 42 })
  expect(corners({ x: 0, y: 100 }, { x: 90, y: 0 }, 'out')).toHaveLength(6)
  const route = { bends: [{ x: 0, y: 10 }], end: { x: 90, y: 60 } }
  expect(corners({ x: 1, y: 1 }, { x: 91, y: 61 }, 'out', route)[1]).toEqual({ x: 1, y: 11 })
  expect(corners({ x: 1, y: 1 }, { x: 50, y: 61 }, 'out', route)).toHaveLength(4)
  expect(draw(corners({ x: 0, y: 0 }, { x: 90, y: 60 }, 'out'))).toBe(
    'M0 0L0 10Q0 18 8 18L82 18Q90 18 90 26L90 56',
  )
})

test('an edge that would be wrong says why', () => {
  expect(refusal(graph, 'a', 'a')).toBe('Is the task itself')
  expect(refusal(graph, 'a', 'p/x')).toBe('In another frame')
  expect(refusal(graph, 'p', 'a')).toBe('Would make a cycle')
  expect(refusal(graph, 'a', 'b')).toBe('Waits for it already')
  expect(refusal(graph, 'a', 'ok')).toBe('')
})

const task = (path: string, more: Partial<TaskState>): TaskState => ({ ...freshTask(path, 'agent'), ...more })
const run = (...tasks: TaskState[]): RunState => ({
  ...emptyRun('run_1'),
  status: 'running',
  tasks: Object.fromEntries(tasks.map((one) => [one.path, one])),
})

test('the foot tells state, time and tokens; an estimate is marked, unknown is a word', () => {
  const usage = {
    input_tokens: 11_000,
    output_tokens: 900,
    cached_tokens: 0,
    cost_usd: 0.01,
    estimated: true,
  }
  const done = task('a', { status: 'completed', startedAt: 1000, endedAt: 39_000, usage })
  expect(footOf(done, 'running')).toMatchObject({ look: 'done', word: 'Done', time: '38s', right: '~11.9k' })
  expect(footOf(task('a', { status: 'running', startedAt: 5 }), 'running').since).toBe(5)
  expect(footOf(null, 'running').word).toBe('Queued')
  expect(footOf(null, 'failed').word).toBe('Not reached')
})

test('an edge shows where the run went', () => {
  expect(wireOf(null, 'a', 'b')).toBe('plain')
  expect(wireOf(run(), 'a', 'b')).toBe('not-reached')
  expect(wireOf(run(task('b', { status: 'running', startedAt: 1 })), 'a', 'b')).toBe('running')
  expect(wireOf(run(task('b', { status: 'completed', startedAt: 1 })), 'a', 'b')).toBe('taken')
  expect(wireOf(run(task('b', { status: 'skipped' })), 'a', 'b')).toBe('not-taken')
  expect(wireOf(run(task('a', { status: 'failed' })), 'a', 'b')).toBe('failed')
})

test('a frame shows the most urgent of what is in it', () => {
  const inside = (status: TaskState['status']) => task('p/x', { status })
  const own = task('p', { status: 'running' })
  expect(frameState(run(own, inside('waiting')), 'p', 2)?.word).toBe('1 waiting')
  expect(frameState(run(own, inside('completed')), 'p', 2)?.word).toBe('1 of 2')
  expect(frameState(run(own, inside('failed')), 'p', 2)?.look).toBe('failed')
  expect(frameState(null, 'p', 2)).toBeNull()
})

test.each([
  [1, 'all'],
  [0.8, 'all'],
  [0.79, 'names'],
  [0.45, 'names'],
  [0.44, 'plates'],
  [0.2, 'plates'],
  [0.19, 'dots'],
])('at zoom %d a card shows %s', (zoom, lod) => expect(lodOf(zoom)).toBe(lod))

test('fit all keeps the names of a tall flow and starts at its top; a wide one is shown whole', () => {
  const pane = { width: 1248, height: 888 }
  expect(fitted({ x: 0, y: 0, width: 600, height: 4000 }, pane)).toMatchObject({ y: 64, zoom: 0.45 })
  expect(fitted({ x: 0, y: 0, width: 4000, height: 300 }, pane)).toMatchObject({ x: 24, zoom: 0.3 })
  expect(fitted({ x: 0, y: 0, width: 600, height: 1000 }, pane)).toMatchObject({ y: 64, zoom: 0.8 })
  expect(fitted({ x: 0, y: 0, width: 208, height: 68 }, pane)).toMatchObject({ x: 520, zoom: 1 })
})
