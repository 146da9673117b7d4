import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluate, type Json, resolve, type Scope } from './evaluate'

type Case = {
  expr?: string
  template?: Json
  value?: Json
  error?: true
  server?: true
  browser?: 'error'
  why?: string
}
type Corpus = { scope: Scope; expressions: Case[]; templates: Case[] }

const corpus = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../../schemas/corpus', name), 'utf8')) as Corpus
const named = (cases: Case[]) =>
  cases
    .filter((one) => !one.server)
    .map((one) => [JSON.stringify(one.expr ?? one.template).slice(0, 60), one] as const)

const outcome = (one: Case, scope: Scope): { value: Json } | { error: true } => {
  try {
    return {
      value: one.expr === undefined ? resolve(one.template as Json, scope) : evaluate(one.expr, scope),
    }
  } catch {
    return { error: true }
  }
}

describe('the expressions that Python and TypeScript share', () => {
  const { scope, expressions, templates } = corpus('expressions.json')

  test.each(named([...expressions, ...templates]))('%s', (_, one) => {
    const expected = one.error ? { error: true } : { value: one.value }
    expect(outcome(one, scope)).toEqual(expected)
  })
})

describe('nothing of the host is in reach', () => {
  const { scope, expressions, templates } = corpus('escapes.json')

  test.each(named([...expressions, ...templates]))('%s', (_, one) => {
    const started = performance.now()
    const refused = one.error || one.browser === 'error'
    expect(outcome(one, scope)).toEqual(refused ? { error: true } : { value: one.value })
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
