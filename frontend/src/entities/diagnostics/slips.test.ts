import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check as checkExpression } from '../expression/check'
import { ExpressionSyntax } from '../expression/letters'
import { check } from './read'

interface Slips {
  texts: { text: string; findings: unknown[] }[]
  expressions: { expr: string; message: string | null; at: number | null }[]
}
const { texts, expressions } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../schemas/corpus/slips.json'), 'utf8'),
) as Slips

describe('slips of the pen are told as the server tells them', () => {
  test.each(texts.map((slip) => [JSON.stringify(slip.text), slip] as const))(
    '%s',
    (_, { text, findings }) => {
      const found = check(text).findings.map(({ fix, ...finding }) => (fix ? { ...finding, fix } : finding))
      expect(found).toEqual(findings)
    },
  )

  test.each(expressions.map((slip) => [slip.expr, slip] as const))('%s', (expr, { message, at }) => {
    let told: { message: string | null; at: number | null } = { message: null, at: null }
    try {
      checkExpression(expr)
    } catch (error) {
      if (!(error instanceof ExpressionSyntax)) throw error
      told = { message: error.message, at: error.at }
    }
    expect(told).toEqual({ message, at })
  })
})
