import { expect, test } from 'vitest'
import { besidesAt, membersAt } from './offers'

const FLOW = `inputs:
  topic: {type: string}
  report:
    type: object
    properties:
      title: {type: string, description: What stands on top.}
      parts: {type: array}
env: {HOST: example, TOKEN: {secret: TOKEN}}
agents:
  writer: {model: "openai:gpt-5-mini", vars: {tone: dry}}
tasks:
  - id: plan
    agent: writer
    input: Plan.
    output:
      type: object
      properties:
        score: {type: number}
        author: {type: object, properties: {name: {type: string}}}
  - id: my-check
    tool: echo
  - id: use
    agent: writer
    input: Use.
outputs:
  all: x
`
const lineOf = (letters: string) => FLOW.slice(0, FLOW.indexOf(letters)).split('\n').length
const labels = (source: string, line = lineOf('input: Use.')) =>
  membersAt(FLOW, line, source).map(({ label }) => label)

test('an expression begins with what it can see', () =>
  expect(labels(' ')).toEqual(['env', 'inputs', 'loop', 'run', 'tasks', 'vars']))

test.each([
  ['inputs.', ['topic', 'report']],
  ['1 + inputs.to', ['topic', 'report']],
  ['env.', ['HOST']],
  ['vars.', ['tone']],
  ['run.', ['id', 'started_at']],
  ['loop.', ['index', 'item', 'iteration']],
  ['tasks.', ['plan', 'my-check']],
  ['tasks.plan.', ['error', 'output', 'status', 'usage']],
  ["tasks['my-check'].", ['error', 'output', 'status', 'usage']],
  ['tasks.plan.output.', ['score', 'author']],
  ['tasks.plan.output.author.', ['name']],
  ['inputs.report.', ['title', 'parts']],
  ['inputs.report.title.', []],
])('%s may be followed by %j', (source, expected) => expect(labels(source)).toEqual(expected))

test('the outputs of a flow see every task', () =>
  expect(labels('tasks.', lineOf('all: x'))).toEqual(['plan', 'my-check', 'use']))

test('an id with a dash takes the dot away', () =>
  expect(membersAt(FLOW, lineOf('input: Use.'), 'tasks.my')[1]).toEqual({
    label: 'my-check',
    text: "['my-check']",
    replaces: 3,
  }))

test('what a schema says of a member is said', () =>
  expect(membersAt(FLOW, lineOf('input: Use.'), 'inputs.report.t')[0]).toEqual({
    label: 'title',
    text: 'title',
    replaces: 1,
    says: 'What stands on top.',
  }))

test('a task may need the others of its list', () =>
  expect(besidesAt(FLOW, lineOf('tool: echo'))).toEqual(['plan', 'use']))

test('a text that cannot be read still offers its ids', () =>
  expect(membersAt('"a\n- id: one\n', 2, 'tasks.').map(({ label }) => label)).toEqual(['one']))
