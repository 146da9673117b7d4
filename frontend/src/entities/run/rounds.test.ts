import { expect, test } from 'vitest'
import type { Json } from '@/shared/api/types'
import { event, restart } from './event-samples'
import type { RunEvent } from './events'
import { foldAll } from './fold'
import { leftOut, runtimePath, staticPath, taskNow, timesOf } from './paths'
import { mostOf, roundsOf, seenValues, takenOf } from './rounds'
import { segments, tokensOf } from './select'
import { emptyRun } from './state'

const started = (path: string, kind: string, given?: { [key: string]: Json }): RunEvent =>
  event('task.started', { kind, ...(given ? { given } : {}) }, { path })
const ended = (path: string, output: Json = null): RunEvent => event('task.completed', { output }, { path })

function loopRun() {
  restart()
  return foldAll(emptyRun('run_1'), [
    event('run.accepted', { inputs: { level: 3 } }),
    event('run.started', {}),
    started('tests', 'tool'),
    ended('tests', { failed: 3 }),
    started('risk', 'condition', { taken: 'then', value: true }),
    started('risk/then', 'branch'),
    started('risk/then/file', 'tool'),
    started('polish', 'loop', {}),
    started('polish@1', 'iteration'),
    started('polish@1/critique', 'agent'),
    ended('polish@1/critique', { score: 5 }),
    ended('polish@1'),
    started('polish@2', 'iteration'),
    started('polish@2/critique', 'agent'),
    event('task.failed', { error: { code: 'x', message: 'No.' } }, { path: 'polish@2/critique' }),
  ])
}

test.each([
  ['polish@2/critique', 'polish/critique'],
  ['a@1/b@22/c', 'a/b/c'],
  ['mail/x@home', 'mail/x@home'],
  ['polish@2', 'polish'],
])('%s is %s in the file', (runtime, written) => expect(staticPath(runtime)).toBe(written))

test('iterations are counted by their loop, as the journal counts them', () =>
  expect(loopRun().tasks.polish?.iterations).toBe(2))

test('a card inside a loop shows the newest iteration, or the chosen one, never one that is not there', () => {
  const run = loopRun()
  expect(runtimePath(run, 'polish/critique')).toBe('polish@2/critique')
  expect(taskNow(run, 'polish/critique')?.status).toBe('failed')
  expect(taskNow(run, 'polish/critique', { polish: 1 })?.status).toBe('completed')
  expect(runtimePath(run, 'polish/critique', { polish: 9 })).toBe('polish@2/critique')
  expect(runtimePath(run, 'polish')).toBe('polish')
  expect(taskNow(run, 'nothing/here')).toBeUndefined()
})

test('the branch that is taken is known, and what stands in another one is not', () => {
  const run = loopRun()
  expect(takenOf(run, 'risk')).toEqual({ name: 'then', value: true })
  expect(takenOf(run, 'tests')).toBeNull()
  expect(leftOut(run, 'risk/else/assign')).toBe('not-taken')
  expect(leftOut(run, 'risk/then/file')).toBeNull()
  expect(leftOut(run, 'tests/on_error/tell')).toBe('not-needed')
  expect(leftOut(run, 'risk/then/file/on_error/tell')).toBeNull()
})

test('a loop tells where it is; items and times tell how many there will be', () => {
  const run = loopRun()
  expect(roundsOf(run, 'polish')).toEqual({ at: 2, begun: 2, total: null })
  expect(roundsOf(run, 'polish', { polish: 1 })?.at).toBe(1)
  const each = foldAll(emptyRun('run_1'), [
    started('e', 'loop', { items: ['a', 'b', 'c'] }),
    started('e@1', 'iteration'),
  ])
  expect(roundsOf(each, 'e')).toEqual({ at: 1, begun: 1, total: 3 })
  expect(roundsOf(run, 'tests')).toBeNull()
})

test.each([
  ['while score < 8, max 3', 3],
  ['times 4', 4],
  ['times inputs.n', null],
  ['for_each inputs.files, max 4', null],
])('the most iterations of "%s"', (rule, most) => expect(mostOf(rule)).toBe(most))

test.each([
  ['tasks.tests.output.failed > 0', '3 > 0'],
  ["inputs.level == 3 && tasks.tests.status == 'completed'", null],
  ['inputs.level', '3'],
  ['tasks.later.output > 1', null],
  ['size(tasks.tests.output) > 1', null],
  ['true', null],
])('%s saw %s', (rule, seen) => expect(seenValues(loopRun(), 'risk', rule)).toBe(seen))

test('iterations are numbered lengths of one row', () => {
  const run = loopRun()
  expect(timesOf(run, 'polish/critique')).toHaveLength(2)
  expect(segments(run, 'polish/critique').map(({ number, outcome }) => [number, outcome])).toEqual([
    ['1', 'done'],
    ['2', 'failed'],
  ])
  expect(segments(run, 'tests')).toEqual([])
})

test('a loop inside a loop is told by its own iterations', () => {
  restart()
  const run = foldAll(emptyRun('run_1'), [
    started('a', 'loop', { times: 1 }),
    started('a@1', 'iteration'),
    started('a@1/b', 'loop', { times: 2 }),
    started('a@1/b@1', 'iteration'),
    started('a@1/b@2', 'iteration'),
  ])
  expect(segments(run, 'a/b').map(({ number }) => number)).toEqual(['1.1', '1.2'])
})

test('tokens of a task in a loop are those of all its iterations', () => {
  restart()
  const usage = { input_tokens: 10, output_tokens: 5, cached_tokens: 0, cost_usd: null, estimated: false }
  const turn = (path: string) => event('turn.replied', { turn: 1, text: 'x' }, { path, usage })
  const run = foldAll(emptyRun('run_1'), [turn('p@1/c'), turn('p@2/c')])
  expect(tokensOf(run, 'p/c')).toBe(30)
  expect(tokensOf(run, 'p')).toBe(30)
})
