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

test('findings are the same where every letter is', () => {
  expect(areSame(theirs, structuredClone(theirs))).toBe(true)
  const [first] = theirs
  expect(areSame(theirs, first ? [{ ...first, path: 'other' }] : [])).toBe(false)
  expect(areSame(theirs, [])).toBe(false)
})
