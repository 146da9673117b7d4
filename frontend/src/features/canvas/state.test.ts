import { expect, test } from 'vitest'
import { emptyRun, freshTask, type RunState, type TaskState } from '@/entities/run'
import { footOf, frameState, wireOf } from './state'
import { firstLine } from './words'

const task = (path: string, kind: string, more: Partial<TaskState> = {}): TaskState => ({
  ...freshTask(path, kind),
  status: 'completed',
  startedAt: 1000,
  endedAt: 2000,
  ...more,
})

function runOf(...tasks: TaskState[]): RunState {
  return {
    ...emptyRun('run_1'),
    status: 'running',
    tasks: Object.fromEntries(tasks.map((one) => [one.path, one])),
  }
}

const going = { status: 'running', endedAt: null } as const

test.each([
  ['not-taken', 'Not taken'],
  ['not-needed', 'Not needed'],
  [null, 'Queued'],
] as const)('a task that is %s says "%s"', (left, word) =>
  expect(footOf(null, 'running', left)).toMatchObject({ word }),
)

test('a pause asks nobody: it is not amber, and tells until when', () => {
  const foot = footOf(
    task('cool', 'wait', { status: 'waiting', endedAt: null, dueAt: Date.now() + 60_000 }),
    'running',
  )
  expect(foot).toMatchObject({ look: 'running', word: 'Waiting' })
  expect(foot.right).toMatch(/^until /)
})

test('a loop that runs says where it is by its count; a failure in any iteration speaks first', () => {
  const loop = task('p', 'loop', { ...going, iterations: 2 })
  const rounds = [task('p@1', 'iteration'), task('p@1/c', 'agent'), task('p@2', 'iteration', going)]
  expect(frameState(runOf(loop, ...rounds), 'p', 1)).toEqual({ look: 'running', word: '' })
  const failed = runOf(loop, ...rounds, task('p@2/c', 'agent', { status: 'failed' }))
  expect(frameState(failed, 'p', 1)).toEqual({ look: 'failed', word: '1 failed' })
})

test('a frame in a loop is that of the iteration looked at', () => {
  const run = runOf(
    task('p', 'loop', { ...going, iterations: 2 }),
    task('p@1/s', 'parallel'),
    task('p@1/s/a', 'tool'),
    task('p@2/s', 'parallel', going),
    task('p@2/s/a', 'approval', { status: 'waiting', endedAt: null }),
  )
  expect(frameState(run, 'p/s', 1)).toEqual({ look: 'waiting', word: '1 waiting' })
  expect(frameState(run, 'p/s', 1, { p: 1 })).toEqual({ look: 'done', word: '1 of 1' })
})

test('what a branch left out is dotted and "Not taken", frames as well', () => {
  const run = runOf(task('c', 'condition', { given: { taken: 'else', value: false } }))
  expect(wireOf(run, 'c/then/a', 'c/then/b')).toBe('not-taken')
  expect(frameState(run, 'c/then/f', 2)).toEqual({ look: 'skipped', word: 'Not taken' })
})

test.each([
  ['\n  Three bugs\nand more', 'Three bugs'],
  [{ exit_code: 0, stdout: 'ok 12\nok 13\n', stderr: '' }, 'ok 12'],
  [{ severity: 2, title: 'Crash' }, 'Crash'],
  [{ stdout: '{"repo": {"files": 3, "headline": "24 commits"}}\n' }, '24 commits'],
  [[1, 2], '2 items'],
  [null, ''],
])('the foot shows the first line of %j', (output, line) =>
  expect(firstLine(task('a', 'agent', { output }))).toBe(line),
)
