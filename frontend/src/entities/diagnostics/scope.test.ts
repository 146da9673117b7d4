import { expect, test } from 'vitest'
import { previewOf } from '../expression/preview'
import { emptyRun, freshTask, NEWEST, type RunState } from '../run'
import { expressionAt, subjectOf } from './look'
import { scopeOf } from './scope'

const FLOW = `inputs: {topic: {type: string}}
env: {HOST: example, TOKEN: {secret: TOKEN}}
agents:
  writer: {model: "openai:gpt-5-mini", vars: {tone: dry}, env: {ROLE: writer}}
tasks:
  - {id: plan, agent: writer, input: "\${{ vars.tone }} \${{ env.ROLE + env.HOST }}"}
  - id: each
    loop:
      for_each: tasks.plan.output.files
      as: file
      do:
        - id: read
          tool: echo
          with: {text: "\${{ loop.file + string(loop.index) }} \${{ loop.item.size }}"}
  - id: last
    tool: echo
    if: size(tasks.each.output) > 1 && inputs.topic == 'tea'
    with: {text: "\${{ tasks.plan.output.flies }}"}
`
const done = (path: string, kind: string, more: object) => ({
  [path]: { ...freshTask(path, kind), status: 'completed' as const, ...more },
})
const RUN: RunState = {
  ...emptyRun('r1'),
  inputs: { topic: 'tea' },
  tasks: {
    ...done('plan', 'agent', { output: { files: ['a.txt', 'b.txt'] } }),
    ...done('each', 'loop', { iterations: 2, given: { items: ['a.txt', 'b.txt'] }, output: ['A', 'B'] }),
    ...done('each@1/read', 'tool', { output: 'A' }),
    ...done('each@2/read', 'tool', { output: 'B' }),
  },
}

/** What the expression that holds these letters gives in the run. */
function preview(letters: string, chosen = NEWEST) {
  const subject = subjectOf(FLOW)
  const before = FLOW.slice(0, FLOW.indexOf(letters)).split('\n')
  const found = subject && expressionAt(subject, before.length, (before.at(-1)?.length ?? 0) + 1)
  if (!subject || !found) throw new Error(`No expression holds ${letters}.`)
  return previewOf(found.written.source, scopeOf(subject, found.where, RUN, chosen))
}

test.each([
  ['vars.tone', '"dry"'],
  ['env.ROLE', '"writerexample"'],
  ['tasks.plan.output.files', '["a.txt","b.txt"]'],
  ['size(tasks.each', 'true'],
])('%s gives %s', (letters, text) => expect(preview(letters)).toEqual({ text, failed: false }))

test('an iteration that is looked at gives its own item, else the newest does', () => {
  expect(preview('loop.file').text).toBe('"b.txt1"')
  expect(preview('loop.file', { each: 1 }).text).toBe('"a.txt0"')
})

test('what is not there is said in words', () => {
  expect(preview('tasks.plan.output.flies')).toEqual({
    text: "tasks.plan.output has no member 'flies'; did you mean 'files'?",
    failed: true,
  })
  expect(preview('loop.item.size').text).toBe("loop.item is text and has no member 'size'.")
})
