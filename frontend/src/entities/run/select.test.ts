import { expect, test } from 'vitest'
import { T0, wholeRun } from './event-samples'
import { foldAll } from './fold'
import {
  argsLine,
  firstLines,
  gist,
  pieces,
  runSpan,
  statusOf,
  timelineRows,
  tokensOf,
  waitedMs,
  words,
} from './select'
import { emptyRun, type TaskState } from './state'

const run = foldAll(emptyRun('run_1'), wholeRun())
const task = (path: string): TaskState => {
  const found = run.tasks[path]
  if (!found) throw new Error(path)
  return found
}

test('an agent is drawn as its turns and calls', () => {
  expect(pieces(run, task('draft')).map(({ what, from, to }) => [what, from - T0, (to ?? 0) - T0])).toEqual([
    ['turn', 4000, 5000],
    ['call', 6000, 7000],
  ])
})

test('an approval is drawn as its wait', () => {
  expect(pieces(run, task('publish'))).toMatchObject([
    { what: 'wait', from: T0 + 11_000, to: T0 + 13_000, outcome: 'done' },
  ])
})

test('a task that tells nothing inside is drawn whole', () => {
  const plain = { ...task('draft'), turns: [], callIds: [] }
  expect(pieces({ ...run, approvals: {} }, plain)).toMatchObject([{ what: 'plain', outcome: 'done' }])
})

test('a run waits when only people are waited for', () => {
  const events = wholeRun()
  const at = (seq: number) => statusOf(foldAll(emptyRun('run_1'), events.slice(0, seq)))
  expect([at(1), at(4), at(13), at(16)]).toEqual(['accepted', 'running', 'waiting', 'completed'])
})

test('a run spans from its start to its end, or to now', () => {
  expect(runSpan(run, T0 + 99_000)).toEqual({ from: T0 + 1000, to: T0 + 15_000 })
  expect(runSpan({ ...run, endedAt: null }, T0 + 99_000).to).toBe(T0 + 99_000)
})

test('time waited for people counts overlapping questions once', () => {
  const one = run.approvals.apr_1
  if (!one) throw new Error('apr_1')
  const two = { ...one, approvalId: 'apr_2', askedAt: one.askedAt + 1000, decidedAt: T0 + 14_000 }
  expect(waitedMs(run, T0)).toBe(2000)
  expect(waitedMs({ ...run, approvals: { apr_1: one, apr_2: two } }, T0)).toBe(3000)
})

test('tokens of a container are those of the tasks in it; without a model there is no number', () => {
  expect(tokensOf(run, 'draft')).toBe(120)
  expect(tokensOf(run, 'publish')).toBeNull()
  const inside = { ...run, tasks: { 'a/draft': { ...task('draft'), path: 'a/draft' } } }
  expect(tokensOf(inside, 'a')).toBe(120)
})

test('a model that told no usage is unknown, not zero', () => {
  const silent = { ...run, tasks: { draft: { ...task('draft'), usage: null } } }
  expect(tokensOf(silent, 'draft')).toBe('unknown')
})

test.each([
  ['an answer', 'an answer'],
  [{ exit_code: 0, stdout: 'made\n', stderr: '' }, 'made\n'],
  [{ exit_code: 1, stdout: '', stderr: 'no such file' }, 'no such file'],
  [{ exit_code: 0, stdout: '', stderr: '' }, ''],
  [{ n: 1 }, '{\n  "n": 1\n}'],
  [null, ''],
])('the words of %j', (output, text) => expect(words(output)).toBe(text))

test('first lines stop after six', () => expect(firstLines('1\n2\n3\n4\n5\n6\n7')).toBe('1\n2\n3\n4\n5\n6'))

test('a call in a few words', () => {
  const call = run.calls['draft#1/turn-1/call-0']
  if (!call) throw new Error('call')
  expect(gist(call)).toBe('{"say":"hi"}')
  expect(gist({ ...call, output: { exit_code: 2, stdout: '3 failed\nmore' } })).toBe('exit 2, 3 failed more')
  expect(gist({ ...call, output: [1, 2] })).toBe('list of 2')
  expect(gist({ ...call, error: { code: 'x', message: 'Timed out.' } })).toBe('Timed out.')
})

test('arguments stand on one line', () =>
  expect(argsLine({ path: 'a.md', content: 'one\ntwo', n: 3 })).toBe('path=a.md content=one n=3'))

test('rows follow the file and know their depth', () => {
  const vertex = (path: string, parent: string) =>
    ({ path, parent, id: path, name: '', kind: 'tool' }) as never
  const rows = timelineRows({
    name: 'x',
    inputs: [],
    edges: [],
    vertices: [vertex('a', ''), vertex('a/b', 'a'), vertex('a/b/c', 'a/b')],
  })
  expect(rows.map((row) => [row.depth, row.group])).toEqual([
    [0, true],
    [1, true],
    [2, false],
  ])
})
