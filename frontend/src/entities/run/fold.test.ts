import { expect, test } from 'vitest'
import { event, restart, T0, wholeRun } from './event-samples'
import { fold, foldAll } from './fold'
import { emptyRun } from './state'

const start = emptyRun('run_1')

test('a whole run adds up to outputs, tasks, calls, approvals and usage', () => {
  const run = foldAll(start, wholeRun())
  expect(run).toMatchObject({
    status: 'completed',
    lastSeq: 16,
    startedAt: T0 + 1000,
    endedAt: T0 + 15_000,
    inputs: { name: 'Ada' },
    outputs: { answer: 'Hello, Ada.' },
    usage: { input_tokens: 100, output_tokens: 20, cost_usd: null, estimated: true },
    unknownCost: 1,
  })
  expect(run.tasks.draft).toMatchObject({
    kind: 'agent',
    status: 'completed',
    output: 'Hello, Ada.',
    worker: 'w-1',
  })
  expect(run.tasks.draft?.turns).toMatchObject([{ turn: 1, text: 'Reading.', model: 'script' }])
  expect(run.calls['draft#1/turn-1/call-0']).toMatchObject({
    status: 'completed',
    durationMs: 40,
    path: 'draft',
  })
  expect(run.approvals.apr_1).toMatchObject({ status: 'approved', by: 'you', path: 'publish' })
})

test('an event that comes twice counts once', () => {
  const events = wholeRun()
  const once = foldAll(start, events)
  expect(foldAll(once, events)).toBe(once)
})

test('folding leaves the state before as it was', () => {
  const before = foldAll(start, wholeRun().slice(0, 4))
  const kept = structuredClone(before)
  foldAll(before, wholeRun().slice(4))
  expect(before).toEqual(kept)
})

test('in any number of steps the state is the same', () => {
  const events = wholeRun()
  const byOne = events.reduce(fold, start)
  for (let cut = 0; cut <= events.length; cut += 1) {
    expect(foldAll(foldAll(start, events.slice(0, cut)), events.slice(cut))).toEqual(byOne)
  }
})

test('a retry raises the attempt and keeps the error until the task ends', () => {
  restart()
  const at = { path: 'flaky' }
  const run = foldAll(start, [
    event('task.scheduled', { kind: 'tool' }, at),
    event('task.started', { kind: 'tool' }, at),
    event('task.retried', { error: { code: 'tool_failed', message: 'exit 1' }, next_attempt: 2 }, at),
  ])
  expect(run.tasks.flaky).toMatchObject({ status: 'ready', attempt: 2, error: { code: 'tool_failed' } })
})

test('a decided call makes its task ready, a decided approval task waits for its own end', () => {
  restart()
  const events = [
    event('task.started', { kind: 'tool' }, { path: 'push' }),
    event(
      'approval.asked',
      { approval_id: 'apr_2', tool: 'push', args: { to: 'main' } },
      { path: 'push', call_id: 'push#1/call-0' },
    ),
    event('task.waiting', {}, { path: 'push' }),
  ]
  const waiting = foldAll(start, events)
  expect(waiting.tasks.push).toMatchObject({ status: 'waiting', approvalId: 'apr_2' })
  const decided = fold(
    waiting,
    event('approval.decided', { approval_id: 'apr_2', decision: 'deny', by: 'you' }, { path: 'push' }),
  )
  expect(decided.tasks.push?.status).toBe('ready')
  expect(decided.approvals.apr_2?.status).toBe('denied')
})

test.each([
  ['task.failed', { error: { code: 'x', message: 'y' } }, 'failed'],
  ['task.skipped', { reason: 'if was false' }, 'skipped'],
  ['task.cancelled', {}, 'cancelled'],
  ['task.timed_out', { timeout_ms: 5 }, 'timed_out'],
] as const)('%s settles the task', (type, data, status) => {
  restart()
  const run = fold(start, event(type, data as never, { path: 'a' }))
  expect(run.tasks.a).toMatchObject({ status, endedAt: T0 })
})

test('a type that this release does not know is an error, not a blank row', () => {
  restart()
  const odd = { ...event('run.started', {}), type: 'run.danced' } as never
  expect(() => fold(start, odd)).toThrow('run.danced')
})

test('a fork begins with what it carries over', () => {
  restart()
  const carried = [{ path: 'a', kind: 'tool', status: 'completed' as const, output: 1 }]
  const forked = { run_id: 'run_0', seq: 7, kind: 'fork' as const }
  const run = foldAll(start, [event('run.accepted', { carried, forked })])
  expect(run.tasks.a).toMatchObject({ status: 'completed', output: 1 })
  expect(run.forked).toMatchObject({ run_id: 'run_0', seq: 7 })
})

test('a held task that is released is as if it had never been held', () => {
  restart()
  const held = foldAll(start, [event('task.held', { kind: 'tool', reason: 'step' }, { path: 'a' })])
  expect(held.tasks.a?.status).toBe('held')
  expect(fold(held, event('task.released', {}, { path: 'a' })).tasks.a).toBeUndefined()
})

test('what a child run used counts for its parent', () => {
  restart()
  const usage = { input_tokens: 3, output_tokens: 4, cached_tokens: 0, cost_usd: 0.5, estimated: false }
  const run = foldAll(start, [
    event('task.waiting', { child_run_id: 'run_2' }, { path: 'part' }),
    event('task.completed', { output: {} }, { path: 'part', usage }),
  ])
  expect(run.usage).toMatchObject({ input_tokens: 3, output_tokens: 4, cost_usd: 0.5 })
  expect(run.tasks.part).toMatchObject({ childRunId: 'run_2', usage })
})

test('a run whose budget is spent says so', () => {
  restart()
  const error = { code: 'budget_exceeded', message: 'All tokens are used.' }
  expect(foldAll(start, [event('run.failed', { error })]).status).toBe('budget_exceeded')
})
