import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '@/shared/api/types'
import { check } from './read'

const CORPUS = join(import.meta.dirname, '../../../../schemas/corpus')
const cases = readdirSync(CORPUS)
  .filter((file) => file.endsWith('.flow.yaml'))
  .map((file) => file.replace('.flow.yaml', ''))
const files = new Map(
  readdirSync(join(CORPUS, 'files'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [`files/${file}`, readFileSync(join(CORPUS, 'files', file), 'utf8')]),
)
/** Said by the studio alone, which reads the flows that a flow runs. */
const OF_CHILDREN = new Set(['missing_child', 'child_cycle', 'child_inputs', 'child_errors'])
const contents = (file: string) => readFileSync(join(CORPUS, file), 'utf8')

describe('the corpus that Python and TypeScript share', () => {
  test('is large enough, and half of it is broken', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150)
    expect(cases.filter((name) => name.startsWith('bad_')).length).toBeGreaterThanOrEqual(80)
  })

  test.each(cases)('%s has the same findings', (name) => {
    const findings = check(contents(`${name}.flow.yaml`), { files }).findings.map(({ fix, ...finding }) =>
      fix ? { ...finding, fix } : finding,
    )
    const told = JSON.parse(contents(`${name}.diagnostics.json`)) as Diagnostic[]
    expect(findings).toEqual(told.filter(({ code }) => !OF_CHILDREN.has(code)))
  })
})
