import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { applyEdits } from '@/entities/document/text'
import type { JsonObject } from '@/shared/api/types'
import { completions, keysAbove, schemaAt } from './complete'
import { editsToEditor, editsToText, flat, toEditor, toText } from './offsets'

test('offsets of a text with returns and of its flat copy lead to each other', () => {
  const text = 'a: 1\r\nb: 2\r\n\r\nc: 3'
  expect(flat(text)).toBe('a: 1\nb: 2\n\nc: 3')
  for (let at = 0; at <= flat(text).length; at += 1) expect(toEditor(text, toText(text, at))).toBe(at)
})

test('what is typed into the copy reaches the text with the breaks of the text', () => {
  const text = 'a: 1\r\nb: 2\r\n'
  const typed = [{ from: 5, to: 9, insert: 'x: 9\ny: 8' }]
  const changed = applyEdits(text, editsToText(text, typed))
  expect(changed).toBe('a: 1\r\nx: 9\r\ny: 8\r\n')
  expect(flat(changed)).toBe(applyEdits(flat(text), typed))
  expect(editsToEditor(text, editsToText(text, typed))).toEqual(typed)
})

const FLOW = `agents:
  writer:
    prompt: x
tasks:
  - id: a
    retry:
      attempts: 2
    parallel:
      do:
        - id: b
          
`.split('\n')

test.each([
  [1, ['agents']],
  [2, ['agents', 'writer']],
  [4, ['tasks', '-']],
  [5, ['tasks', '-']],
  [6, ['tasks', '-', 'retry']],
  [9, ['tasks', '-', 'parallel', 'do', '-']],
  [10, ['tasks', '-', 'parallel', 'do', '-']],
])('line %i stands under %j', (line, keys) => expect(keysAbove(FLOW, line)).toEqual(keys))

test('the keys of a place come from the schema of the flow', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../schemas/flow.schema.json'), 'utf8'),
  ) as JsonObject
  const keysAt = (...keys: string[]) =>
    schemaAt(schema, keys).flatMap((one) => Object.keys(one.properties ?? {}))
  expect(keysAt()).toContain('tasks')
  expect(keysAt('tasks', '-')).toEqual(expect.arrayContaining(['id', 'agent', 'timeout', 'parallel']))
  expect(keysAt('tasks', '-', 'parallel', 'do', '-')).toContain('agent')
  expect(keysAt('agents', 'anyone')).toContain('prompt')
})

const WITH_TASKS = `tasks:
  - {id: plan, tool: echo}
  - id: use
    tool: echo
    needs: [HERE]
`

/** What is offered where HERE stood in a text. */
async function offered(text: string) {
  const at = text.indexOf('HERE')
  const state = EditorState.create({ doc: text.replace('HERE', '') })
  const source = completions(
    () => ({ agents: [], tools: [], models: ['fast'] }),
    () => null,
  )
  const found = await source(new CompletionContext(state, at, true))
  return found?.options.map((option) => option.label)
}

test.each([
  ['    needs: [HERE]', ['plan']],
  ['    with: {text: "${{ tasks.HERE }}"}', ['plan']],
  ['    if: run.id == tasks.plan.HERE', ['error', 'output', 'status', 'usage']],
  ['    x: {model: HERE}', ['fast', 'openai:', 'anthropic:', 'ollama:']],
  ['    on: tasks.HERE', undefined],
])('at %s is offered %j', async (line, expected) =>
  expect(await offered(WITH_TASKS.replace('    needs: [HERE]', line))).toEqual(expected),
)
