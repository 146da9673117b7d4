import { expect, test } from 'vitest'
import type { Diagnostic } from '@/shared/api/types'
import { check } from './read'
import { areSame, combine, compare } from './told'

const TEXT = `include: [roles/writer.yaml]
tasks:
  - {id: one, agent: writer, input: Hi}
  - {id: two, agent: writr, input: Hi}
`
const codes = (findings: readonly Diagnostic[]) => findings.map(({ code, span }) => `${code}:${span.line}`)

/** What a studio says that knows the included file. */
const theirs = check(TEXT, {
  files: new Map([['roles/writer.yaml', 'model: openai:gpt-5-mini\nprompt: Write.\n']]),
}).findings
const told = compare(TEXT, theirs, check(TEXT).findings)

test('a browser alone cannot know what an included file brings', () => {
  expect(codes(theirs)).toEqual(['unknown_agent:4'])
  expect(codes(check(TEXT).findings)).toEqual(['include_not_found:1'])
})

test('what only the studio says moves along until it answers again', () => {
  const newer = TEXT.replace('tasks:', 'name: A flow\n\ntasks:')
  expect(codes(combine(newer, check(newer).findings, told))).toEqual(['unknown_agent:6'])
})

test('what only the studio said goes once its letters change, and new slips of ours are there at once', () => {
  const newer = TEXT.replace('writr', 'writer').replace('input: Hi}', 'inptu: Hi}')
  expect(codes(combine(newer, check(newer).findings, told))).toEqual(['unknown_key:3'])
})

test('what the studio says of a flow that a task runs stays while other letters change', () => {
  const text = 'tasks:\n  - {flow: ./shiping}\n'
  const message = "Task 'flow-1' runs flow './shiping', and there is no such file."
  const span = { line: 2, column: 12, end_line: 2, end_column: 21 }
  const missing: Diagnostic = {
    code: 'missing_child',
    severity: 'error',
    message,
    span,
    path: 'flow-1',
    fix: null,
  }
  const child = compare(text, [missing], check(text).findings)
  const newer = `name: Order\n${text}`
  expect(codes(combine(newer, check(newer).findings, child))).toEqual(['missing_child:3'])
  const mended = text.replace('shiping', 'shipping')
  expect(combine(mended, check(mended).findings, child)).toEqual([])
})

test('findings are the same where every letter is', () => {
  expect(areSame(theirs, structuredClone(theirs))).toBe(true)
  const [first] = theirs
  expect(areSame(theirs, first ? [{ ...first, path: 'other' }] : [])).toBe(false)
  expect(areSame(theirs, [])).toBe(false)
})
